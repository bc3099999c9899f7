// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A record of the photos that a run has finished, so that a killed run can be resumed.

#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "photo_files.hpp"

namespace demask::program {

/// The path of a report's journal: `<report>.partial`.
std::filesystem::path journal_of(const std::filesystem::path& report);

/// The entries of an unfinished report: one line of JSON per photo in its journal, written before
/// the photo itself. The finished report replaces it.
class Journal {
 public:
  /// Nothing is recorded if `report` is empty. Entries of an earlier run, from its report and its
  /// journal, are read with `resume` and discarded without it.
  /// @throws Error unwritable_file.
  Journal(const std::filesystem::path& report, bool resume);

  /// Records the entry of a photo that is about to be written. Any number of threads may call it.
  /// @throws Error unwritable_file.
  void add(const nlohmann::json& entry);
  /// Returns the entry that an earlier run made for this input and output, if there is one.
  std::optional<nlohmann::json> find(const PhotoJob& job) const;
  /// Removes the journal after the report was written.
  void finish() const;

 private:
  void remember(const nlohmann::json& entry);

  std::filesystem::path path_;
  std::mutex mutex_;
  std::map<std::string, nlohmann::json> earlier_;  // by output, as in the report
};

/// Returns whether an earlier run finished the photo: whether its output, which is written last,
/// exists.
bool is_done(const PhotoJob& job);

/// Removes temporary files of the photo's outputs that a killed run left behind.
void remove_leftovers(const PhotoJob& job);

}  // namespace demask::program

#pragma once

/// @file
/// What a run remembers of the photos it has done, so that a run that was killed can be resumed.

#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "photo_files.hpp"

namespace demask::program {

/// The entries of a report while it grows: a line of JSON a photo in `<report>.partial`, each on
/// the disk before the photo itself is written. The finished report takes its place.
class Journal {
 public:
  /// With an empty `report`, or one that is no file, nothing is kept. Entries of an earlier run,
  /// from its report and its journal, are read if `resume`, and dropped otherwise.
  /// @throws Error unwritable_file.
  Journal(const std::filesystem::path& report, bool resume);

  /// Keeps the entry of a photo that is about to be written; any number of threads may call it.
  /// @throws Error unwritable_file.
  void add(const nlohmann::json& entry);
  /// The entry that an earlier run made for this input and output, if there is one.
  std::optional<nlohmann::json> find(const PhotoJob& job) const;
  /// Drops the journal, once the report is written.
  void finish() const;

 private:
  void remember(const nlohmann::json& entry);

  std::filesystem::path path_;
  std::mutex mutex_;
  std::map<std::string, nlohmann::json> earlier_;  // By output.
};

/// True if an earlier run has finished the photo: its output, which is written last and as a whole,
/// is there.
bool is_done(const PhotoJob& job);

/// Removes what a killed run left of the outputs of a photo: files that were not yet renamed into
/// place.
void remove_leftovers(const PhotoJob& job);

}  // namespace demask::program

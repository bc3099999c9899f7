// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Makes sure that no output overwrites an input or another output.

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace demask::program {

/// Knows the files that a run reads and the files that it will write. Links, hard links and other
/// spellings of a name lead to the same file.
class OutputGuard {
 public:
  /// Protects a file that is read.
  void add_input(const std::filesystem::path& path);

  /// Reserves a file for `owner`, such as "the report"; an empty path is ignored.
  /// @throws UsageError if the file is an input or is reserved already.
  void claim(const std::filesystem::path& path, const std::string& owner);

  /// Reserves a folder in which files with any names may be written.
  /// @throws UsageError if an input lies in it.
  void claim_folder(const std::filesystem::path& folder, const std::string& owner) const;

 private:
  using Inode = std::pair<dev_t, ino_t>;

  bool is_input(const std::filesystem::path& path, const std::filesystem::path& name) const;

  std::set<std::filesystem::path> inputs_;  // identities
  std::set<Inode> inodes_;                  // of the inputs
  std::map<std::filesystem::path, std::string> owners_;
};

}  // namespace demask::program

// SPDX-License-Identifier: Apache-2.0
#include "output_guard.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "exit_codes.hpp"
#include "file_names.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

/// Returns the device and the number of a regular file; nothing for anything else.
std::optional<std::pair<dev_t, ino_t>> inode_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return std::pair(status.st_dev, status.st_ino);
}

}  // namespace

void OutputGuard::add_input(const fs::path& path) {
  if (path.empty()) {
    return;
  }
  inputs_.insert(identity(path));
  if (const auto inode = inode_of(path)) {
    inodes_.insert(*inode);
  }
}

void OutputGuard::claim(const fs::path& path, const std::string& owner) {
  if (path.empty()) {
    return;
  }
  const fs::path name = identity(path);
  if (is_input(path, name)) {
    throw UsageError(fmt::format("{}: is an input and would be overwritten; name another output",
                                 path.string()));
  }
  const auto [earlier, is_free] = owners_.emplace(name, owner);
  if (!is_free) {
    throw UsageError(
        fmt::format("{}: would be written for {} and for {}; rename one of them or "
                    "run them separately",
                    path.string(), earlier->second, owner));
  }
}

void OutputGuard::claim_folder(const fs::path& folder, const std::string& owner) const {
  const fs::path name = identity(folder);
  const auto inside = std::find_if(inputs_.begin(), inputs_.end(),
                                   [&name](const fs::path& input) { return lies_in(input, name); });
  if (inside != inputs_.end()) {
    throw UsageError(
        fmt::format("{}: is an input and could be overwritten by {}, which go to that folder; "
                    "give the report another name",
                    inside->string(), owner));
  }
}

bool OutputGuard::is_input(const fs::path& path, const fs::path& name) const {
  if (inputs_.count(name) != 0) {
    return true;
  }
  const auto inode = inode_of(path);
  return inode && inodes_.count(*inode) != 0;
}

}  // namespace demask::program

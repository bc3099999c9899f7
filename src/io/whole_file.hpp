// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads and writes whole files: other readers see either the old content or all of the new.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace demask::io {

/// The size of the largest file that is read: 512 MiB.
inline constexpr std::size_t max_file_bytes = std::size_t{512} << 20U;

/// Reads the content of a file.
/// @throws Error unreadable_file (missing, a folder, no permission, empty, larger than
///         max_file_bytes).
std::vector<std::uint8_t> read_whole_file(const std::filesystem::path& path);

/// The file that a symbolic link leads to; any other path, and a link that leads nowhere, as it is.
std::filesystem::path follow_links(const std::filesystem::path& path);

/// A file that is written under a temporary name, `.NAME.HEX.partial`, in the folder of its target
/// and renamed into place by commit(). Without commit() the destructor removes it and the target
/// stays unchanged. A file that is replaced keeps its mode, owner, group and access control list as
/// far as the process may set them; a new one gets the mode of new files (umask). Two threads may
/// not use one object at once.
class PartialFile {
 public:
  /// Creates the temporary file, empty. Until commit() only its owner may read it if the target
  /// exists.
  /// @param target     The final name of the file; a symbolic link is followed.
  /// @param extension  Appended to the temporary name, such as ".mp4", for writers that choose a
  ///                   format by it.
  /// @throws Error unwritable_file (a folder or a device, a name too long, no permission).
  explicit PartialFile(const std::filesystem::path& target, const std::string& extension = {});
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  /// The temporary name. Write into the existing file; do not replace it.
  const std::filesystem::path& path() const noexcept { return path_; }

  /// Appends bytes.
  /// @throws Error unwritable_file (the disk is full).
  void append(const void* bytes, std::size_t size);

  /// Flushes the file to disk, renames it to its target and flushes the folder. Call it once.
  /// @throws Error unwritable_file.
  void commit();

 private:
  std::filesystem::path name_;    // as given, for error messages
  std::filesystem::path target_;  // the file that `name_` resolves to
  std::filesystem::path path_;
  int descriptor_ = -1;
  mode_t mode_ = 0;  // of the file when it was created
  bool is_replacement_ = false;
  bool is_renamed_ = false;
};

/// Writes a file through a PartialFile. Nothing is left behind on failure.
/// @param fill  Writes the content into the file whose temporary name it is given; the file exists
///              and is empty. It throws on failure: std::system_error becomes Error
///              unwritable_file, any other exception is passed on.
/// @throws Error unwritable_file.
void write_whole_file(const std::filesystem::path& path,
                      const std::function<void(const std::filesystem::path& temporary)>& fill);

/// Writes bytes through a PartialFile. @throws Error unwritable_file.
void write_whole_file(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes);

/// Writes text through a PartialFile. @throws Error unwritable_file.
void write_whole_file(const std::filesystem::path& path, std::string_view text);

/// Removes the temporary files that a killed process left next to `target`. No other process may be
/// writing `target`. Files that cannot be removed are ignored.
void remove_partial_files(const std::filesystem::path& target);

}  // namespace demask::io

#pragma once

/// @file
/// Reading and writing files as a whole: a reader sees the old content or all of the new.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace demask::io {

/// The largest file that is read: 512 MiB.
inline constexpr std::size_t max_file_bytes = std::size_t{512} << 20U;

/// The content of a file.
/// @throws Error unreadable_file (missing, a folder, no permission, empty, larger than
///         max_file_bytes).
std::vector<std::uint8_t> read_whole_file(const std::filesystem::path& path);

/// A file that is written under a temporary name in the folder of its target,
/// `.NAME.HEX.partial`, and renamed into place by commit(). Without commit() the destructor removes
/// it and the target stays as it is. Not safe for use by two threads.
class PartialFile {
 public:
  /// Creates the temporary file, empty, with the mode of a new file.
  /// @param target     The name that the file gets; a symbolic link is followed.
  /// @param extension  Put behind the temporary name, for writers that choose a format by it; such
  ///                   as ".mp4".
  /// @throws Error unwritable_file (a folder or a device, a name too long, no permission).
  explicit PartialFile(const std::filesystem::path& target, const std::string& extension = {});
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  /// The temporary name. Write into the file that is there; do not put another in its place.
  const std::filesystem::path& path() const noexcept { return path_; }

  /// Appends bytes.
  /// @throws Error unwritable_file (the disk is full).
  void append(const void* bytes, std::size_t size);

  /// Flushes the file to disk, renames it to its target and flushes the folder. Call it once.
  /// @throws Error unwritable_file.
  void commit();

 private:
  std::filesystem::path name_;    // as given, for errors
  std::filesystem::path target_;  // the file that `name_` leads to
  std::filesystem::path path_;
  int descriptor_ = -1;
  bool is_renamed_ = false;
};

/// Writes a file through a PartialFile. Nothing is left behind on failure.
/// @param fill  Writes the content into the file of the given temporary name, which exists and is
///              empty, and throws on failure: std::system_error becomes Error unwritable_file,
///              every other exception is passed on.
/// @throws Error unwritable_file.
void write_whole_file(const std::filesystem::path& path,
                      const std::function<void(const std::filesystem::path& temporary)>& fill);

/// Writes bytes through a PartialFile. @throws Error unwritable_file.
void write_whole_file(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes);

/// Writes text through a PartialFile. @throws Error unwritable_file.
void write_whole_file(const std::filesystem::path& path, std::string_view text);

/// Removes the temporary files that a killed process left beside `target`. No other process may be
/// writing `target`. Ignores what cannot be removed.
void remove_partial_files(const std::filesystem::path& target);

}  // namespace demask::io

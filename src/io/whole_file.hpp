#pragma once

/// @file
/// Files read and written as a whole.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace demask::io {

/// The largest file that is read: 512 MiB.
inline constexpr std::size_t max_file_bytes = std::size_t{512} << 20U;

/// The content of a file.
/// @throws Error unreadable_file (missing, a folder, no permission, empty, larger than
///         max_file_bytes).
std::vector<std::uint8_t> read_whole_file(const std::filesystem::path& path);

/// Writes under a temporary name in the same folder, flushes to disk and renames into place: a
/// reader sees the old file or the whole new one. On failure nothing is left behind. A symbolic
/// link is followed.
/// @throws Error unwritable_file.
void write_whole_file(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes);

}  // namespace demask::io

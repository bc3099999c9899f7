#pragma once

/// @file
/// Files that appear whole or not at all.

#include <filesystem>
#include <string>

namespace demask::program {

/// Writes text under a temporary name and renames it into place. @throws Error unwritable_file.
void write_text(const std::filesystem::path& path, const std::string& text);

/// Copies a file under a temporary name and renames it into place. @throws Error unwritable_file.
void copy_whole(const std::filesystem::path& from, const std::filesystem::path& to);

/// A name for a file beside `path` until it is whole; a different one at each call.
std::filesystem::path temporary_name(const std::filesystem::path& path);

/// Makes a folder and those above it. @throws Error unwritable_file.
void make_folder(const std::filesystem::path& folder);

}  // namespace demask::program

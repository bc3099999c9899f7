// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// File names: one name for each file, names that fit, and names as text.

#include <filesystem>
#include <string>
#include <string_view>

namespace demask::program {

/// Returns one absolute path for a file, whichever links and relative paths lead to it.
std::filesystem::path identity(const std::filesystem::path& path);

/// Returns whether `path` is `folder` or lies in it, at any depth. Both are identities.
bool lies_in(const std::filesystem::path& path, const std::filesystem::path& folder);

/// Returns the extension of a path with its Latin letters in lower case.
std::string lower_extension(const std::filesystem::path& path);

/// Returns `stem` + `suffix` as a file name of at most 255 bytes, which is what file systems allow.
/// The end of a stem that is too long is replaced by a hash of all of it, so that different stems
/// give different names, the same in every run.
std::string fitting_name(const std::string& stem, std::string_view suffix);

/// Returns a path as UTF-8 for JSON. Bytes that are not UTF-8 become \xHH, so that different names
/// stay different.
std::string utf8_of(const std::filesystem::path& path);

}  // namespace demask::program

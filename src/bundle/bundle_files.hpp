// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads the files of a bundle, and none outside it.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace demask::bundle {

/// The size in bytes of a file of a bundle.
/// @throws Error bundle_invalid if the file lies outside `folder`, for example behind a symbolic
///         link; unreadable_file if it is missing or not a regular file.
std::uint64_t bundle_file_size(const std::filesystem::path& folder, const std::string& name);

/// The content of a file of a bundle.
/// @throws as bundle_file_size(), and Error unreadable_file if it cannot be read.
std::vector<std::uint8_t> read_bundle_file(const std::filesystem::path& folder,
                                           const std::string& name);

/// The text of the manifest in `folder`.
/// @throws as read_bundle_file(), and Error bundle_invalid if it is too large to be a manifest.
std::string read_manifest(const std::filesystem::path& folder);

}  // namespace demask::bundle

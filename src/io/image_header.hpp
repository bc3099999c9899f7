// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Facts from an image file's header, read without decoding pixels.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "io/image_format.hpp"

namespace demask::io {

/// Recognizes the format by its signature and reads the header; nullopt if the format is unknown.
/// Never reads outside [bytes, bytes + size), even for malformed files.
std::optional<ImageHeader> inspect_header(const std::uint8_t* bytes, std::size_t size);

/// The format for a file name's extension, upper or lower case; nullopt if it is unknown.
std::optional<FileFormat> format_of_extension(const std::filesystem::path& path);

}  // namespace demask::io

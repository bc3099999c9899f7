// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Facts from an image file's header, read without decoding pixels.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace demask::io {

enum class FileFormat { jpeg, png, webp, tiff, bmp };

/// Facts about an encoded image.
struct ImageHeader {
  FileFormat format = FileFormat::jpeg;
  std::int64_t width = 0;    ///< In pixels; 0 if unknown.
  std::int64_t height = 0;   ///< In pixels; 0 if unknown.
  int bits_per_channel = 8;  ///< The maximum over all channels.
  bool gray = false;         ///< One color channel, no palette and no alpha.
  bool complete = true;      ///< False if the file is truncated.
};

/// Recognizes the format by its signature and reads the header; nullopt if the format is unknown.
/// Never reads outside [bytes, bytes + size), even for malformed files.
std::optional<ImageHeader> inspect_header(const std::uint8_t* bytes, std::size_t size);

/// The format for a file name's extension, upper or lower case; nullopt if it is unknown.
std::optional<FileFormat> format_of_extension(const std::filesystem::path& path);

}  // namespace demask::io

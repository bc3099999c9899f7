#pragma once

/// @file
/// What the first bytes of an image file tell, read without decoding pixels.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace demask::io {

enum class FileFormat { jpeg, png, webp, tiff, bmp };

/// A few facts about an encoded image.
struct ImageHeader {
  FileFormat format = FileFormat::jpeg;
  std::int64_t width = 0;    ///< Pixels; 0 if the header does not tell.
  std::int64_t height = 0;   ///< Pixels; 0 if the header does not tell.
  int bits_per_channel = 8;  ///< The largest of all channels.
  bool gray = false;         ///< One colour channel, no palette and no alpha.
  bool complete = true;      ///< False if the file ends before its image does.
};

/// Recognises the format by its signature and reads the header; nothing if the signature is of no
/// known format. Never reads outside [bytes, bytes + size), whatever the bytes are.
std::optional<ImageHeader> inspect_header(const std::uint8_t* bytes, std::size_t size);

/// The format that a file name's extension stands for, in any case; nothing if it is unknown.
std::optional<FileFormat> format_of_extension(const std::filesystem::path& path);

}  // namespace demask::io

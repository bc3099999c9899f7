// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The formats of image files, and what a header tells.

#include <cstdint>

namespace demask::io {

/// GIF files are recognized but neither read nor written.
enum class FileFormat { jpeg, png, webp, tiff, bmp, heic, avif, gif };

/// Facts about an encoded image.
struct ImageHeader {
  FileFormat format = FileFormat::jpeg;
  std::int64_t width = 0;    ///< In pixels; 0 if unknown.
  std::int64_t height = 0;   ///< In pixels; 0 if unknown.
  int bits_per_channel = 8;  ///< The maximum over all channels.
  bool gray = false;         ///< One color channel, no palette and no alpha.
  bool complete = true;      ///< False if the file is truncated.
  bool lossless = false;     ///< Whether a WebP file holds its pixels without loss.
  /// Whether the pixels can be used as they are stored: false for a TIFF file of floating-point or
  /// signed numbers, or of 16-bit numbers that are not gray, RGB or RGBA, pixel by pixel.
  bool plain = true;
  int pictures = 1;  ///< Pages of a TIFF file, frames of an animation, images of a HEIC file.
};

/// Whether a format is HEIC or AVIF, whose files libheif reads and writes.
inline bool is_heif(FileFormat format) {
  return format == FileFormat::heic || format == FileFormat::avif;
}

}  // namespace demask::io

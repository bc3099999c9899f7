// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Pixels and metadata of HEIC and AVIF files. Safe to call from any thread. The option
/// DEMASK_WITH_HEIF chooses the implementation: heif_file.cpp, through libheif, or heif_none.cpp,
/// whose functions throw unsupported_format.

#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "io/image_format.hpp"

namespace demask::io {

/// Whether this build reads and writes HEIC and AVIF files.
bool has_heif();

/// The meaning of color values by the code points of ITU-T H.273; 2 is unspecified.
struct ColorCodes {
  int primaries = 2;
  int transfer = 2;
};

/// The metadata of a HEIC or AVIF file; each field is empty if there is none.
struct HeifMetadata {
  std::vector<std::uint8_t> exif;  ///< A TIFF structure.
  std::vector<std::uint8_t> xmp;   ///< An XMP packet.
  std::vector<std::uint8_t> icc_profile;
  std::optional<ColorCodes> color;
};

/// Decodes the picture of a file, upright as its container says: BGR or BGRA, 8 bits per channel.
/// Error messages call the file `name`.
/// @throws Error unreadable_file, unsupported_format (several pictures), image_too_large,
///         out_of_memory.
cv::Mat decode_heif(const std::uint8_t* bytes, std::size_t size, std::int64_t max_pixels,
                    const std::string& name);

/// Reads the metadata of a file.
/// @throws Error unreadable_file.
HeifMetadata read_heif_metadata(const std::vector<std::uint8_t>& file, const std::string& name);

/// Encodes a picture with its metadata.
/// @param picture  Gray, BGR or BGRA, 8 bits per channel.
/// @param quality  1 to 100.
/// @throws Error unsupported_format (libheif has no encoder for the format), unwritable_file.
std::vector<std::uint8_t> encode_heif(const cv::Mat& picture, FileFormat format, int quality,
                                      const HeifMetadata& metadata, const std::string& name);

}  // namespace demask::io

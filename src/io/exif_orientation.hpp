// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads the EXIF orientation of JPEG, PNG and WebP files in builds without Exiv2. The decoder
/// of TIFF files applies theirs.

#include <cstddef>
#include <cstdint>

namespace demask::io {

/// The EXIF orientation (EXIF 2.32, tag 0x0112), 1 (upright) to 8; 1 if there is none or the format
/// is another one. Never reads outside [bytes, bytes + size), even for malformed files.
int parse_exif_orientation(const std::uint8_t* bytes, std::size_t size);

}  // namespace demask::io

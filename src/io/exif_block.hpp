// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finds the EXIF block of an image file, and its orientation, without a metadata library.

#include <cstddef>
#include <cstdint>

#include "io/byte_reader.hpp"

namespace demask::io {

/// The EXIF block of a JPEG, PNG, WebP or TIFF file, which is a TIFF structure; of size 0 if there
/// is none or the format is another one. It lies within the file, which must outlive it.
ByteReader find_exif(const ByteReader& file);

/// The EXIF orientation (EXIF 2.32, tag 0x0112), 1 (upright) to 8; 1 if there is none or the format
/// is another one. Never reads outside [bytes, bytes + size), even for malformed files.
int parse_exif_orientation(const std::uint8_t* bytes, std::size_t size);

}  // namespace demask::io

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The orientation in the EXIF of a JPEG, PNG, WebP or TIFF file, for builds without Exiv2.

#include <cstddef>
#include <cstdint>

namespace demask::io {

/// The EXIF orientation (EXIF 2.32, tag 0x0112), 1 (upright) to 8; 1 if there is none or the bytes
/// are of another format. Never reads outside [bytes, bytes + size), whatever the bytes are.
int parse_exif_orientation(const std::uint8_t* bytes, std::size_t size);

}  // namespace demask::io

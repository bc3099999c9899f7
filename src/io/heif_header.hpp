// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads the header of HEIC and AVIF files (ISO/IEC 23008-12) without libheif, so that sizes are
/// checked before a decoder sees the file, and in builds without libheif.

#include <optional>

#include "io/byte_reader.hpp"
#include "io/image_format.hpp"

namespace demask::io {

/// The header of a file that begins with an `ftyp` box; nullopt if its brands are of another kind,
/// such as MP4. The size is the largest that a picture of the file declares. An image sequence
/// counts as 2 pictures; several still pictures in one file are counted by libheif.
std::optional<ImageHeader> inspect_heif(const ByteReader& file);

}  // namespace demask::io

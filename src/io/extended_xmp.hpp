// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// XMP that is too long for one segment of a JPEG file (XMP Specification, part 3,
/// section 1.1.3.1): the rest lies in further segments, which the packet names. Hold lock_exiv2()
/// while using it.

#include <cstdint>
#include <exiv2/exiv2.hpp>
#include <string>
#include <vector>

namespace demask::io {

/// Adds the properties in the further segments of a JPEG file to those of its packet; other files
/// have none. Damaged segments are left out.
void merge_extended_xmp(const std::vector<std::uint8_t>& file, Exiv2::XmpData& xmp);

/// An XMP packet, and the further segments that it names, empty if there are none.
struct JpegXmp {
  std::string packet;
  std::vector<std::uint8_t> segments;
};

/// Encodes properties for a JPEG file. The longest ones go into further segments; the mark of
/// synthetic pictures stays in the packet.
/// @throws Exiv2::AnyError (a packet cannot be encoded).
JpegXmp encode_for_jpeg(const Exiv2::XmpData& xmp);

}  // namespace demask::io

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Segments of JPEG files (ITU-T T.81, annex B): comments, the resolution of JFIF, and XMP beyond
/// the 64 KiB of one segment (XMP Specification, part 3, section 1.1.3.1).

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "io/byte_reader.hpp"

namespace demask::io {

/// A segment before the compressed pixels. Its bytes, with marker and length, are [start, end).
struct JpegSegment {
  std::uint8_t marker = 0;
  std::uint64_t start = 0;
  std::uint64_t content = 0;  ///< Position of the first byte after the length.
  std::uint64_t end = 0;
};

/// The segments of a JPEG file up to the start of scan, which is left out.
std::vector<JpegSegment> jpeg_segments(const ByteReader& file);

/// The comments of a JPEG file as whole segments, one after another; empty for other files.
std::vector<std::uint8_t> jpeg_comments(const std::vector<std::uint8_t>& file);

/// Inserts whole segments after the last application segment of a JPEG file.
void insert_jpeg_segments(std::vector<std::uint8_t>& file,
                          const std::vector<std::uint8_t>& segments);

/// The longest XMP packet that one segment holds, in bytes.
inline constexpr std::size_t max_jpeg_xmp = 65502;

/// The extended XMP of a JPEG file whose digest is `guid`; empty if there is none, or not all of
/// it.
std::string extended_xmp(const std::vector<std::uint8_t>& file, const std::string& guid);

/// Removes the extended XMP of a JPEG file.
void remove_extended_xmp(std::vector<std::uint8_t>& file);

/// Removes the comments of a JPEG file.
void remove_jpeg_comments(std::vector<std::uint8_t>& file);

/// Removes the ICC profile of a JPEG file.
void remove_jpeg_profile(std::vector<std::uint8_t>& file);

/// Extended XMP as whole segments. `guid` is the MD5 digest of `packet` in 32 hexadecimal digits.
std::vector<std::uint8_t> extended_xmp_segments(const std::string& packet, const std::string& guid);

}  // namespace demask::io

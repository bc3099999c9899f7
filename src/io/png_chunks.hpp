// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Ancillary chunks of PNG files (W3C PNG specification, section 11.3): texts, color, resolution.

#include <cstdint>
#include <string>
#include <vector>

#include "io/byte_reader.hpp"

namespace demask::io {

/// A chunk of a PNG file. Its bytes, with length and checksum, are [start, end).
struct PngChunk {
  std::string type;
  std::uint64_t start = 0;
  std::uint64_t content = 0;
  std::uint64_t end = 0;
};

/// The chunks of a PNG file that are whole; empty for other files.
std::vector<PngChunk> png_chunks(const ByteReader& file);

/// The chunks that a PNG file made from `file` keeps: texts that are not metadata blocks, and those
/// that say what its color values mean (gAMA, cHRM, sRGB, cICP); whole chunks, one after another.
/// Those with a wrong checksum are left out.
std::vector<std::uint8_t> kept_png_chunks(const std::vector<std::uint8_t>& file);

/// Gives the profile of a PNG file a name: readers refuse one without, which Exiv2 0.27 writes.
void name_png_profile(std::vector<std::uint8_t>& file);

/// A whole chunk, with length and checksum.
std::vector<std::uint8_t> make_png_chunk(const std::string& type,
                                         const std::vector<std::uint8_t>& content);

/// Inserts whole chunks after the header of a PNG file.
void insert_png_chunks(std::vector<std::uint8_t>& file, const std::vector<std::uint8_t>& chunks);

}  // namespace demask::io

// SPDX-License-Identifier: Apache-2.0
#include "io/exif_block.hpp"

#include "io/jpeg_segments.hpp"
#include "io/png_chunks.hpp"
#include "io/tiff_directory.hpp"

namespace demask::io {
namespace {

constexpr const char* exif_identifier = "Exif\0\0";
constexpr std::uint64_t exif_identifier_size = 6;
const ByteReader nothing(nullptr, 0);

/// A JPEG's APP1 segment (EXIF 2.32, section 4.7.2).
ByteReader exif_of_jpeg(const ByteReader& file) {
  for (const JpegSegment& segment : jpeg_segments(file)) {
    if (segment.marker == 0xE1 &&
        file.starts_with(segment.content, exif_identifier, exif_identifier_size)) {
      const std::uint64_t start = segment.content + exif_identifier_size;
      return file.part(start, segment.end - start);
    }
  }
  return nothing;
}

/// A PNG's eXIf chunk (W3C PNG specification, section 11.3.4.5).
ByteReader exif_of_png(const ByteReader& file) {
  constexpr std::uint64_t checksum_size = 4;
  for (const PngChunk& chunk : png_chunks(file)) {
    if (chunk.type == "eXIf") {
      return file.part(chunk.content, chunk.end - checksum_size - chunk.content);
    }
  }
  return nothing;
}

/// A WebP's EXIF chunk (RFC 9649, section 2.7.1.5). Some writers prefix it with JPEG's identifier.
ByteReader exif_of_webp(const ByteReader& file) {
  std::uint64_t offset = 12;
  while (file.has(offset, 8)) {
    const std::uint64_t length = file.little(offset + 4, 4);
    if (file.starts_with(offset, "EXIF", 4)) {
      const ByteReader chunk = file.part(offset + 8, length);
      const bool is_identified = chunk.starts_with(0, exif_identifier, exif_identifier_size);
      return chunk.part(is_identified ? exif_identifier_size : 0, length);
    }
    offset += 8 + length + length % 2;
  }
  return nothing;
}

}  // namespace

ByteReader find_exif(const ByteReader& file) {
  if (is_tiff(file)) {
    return file;
  }
  if (file.starts_with(0, "RIFF", 4)) {
    return exif_of_webp(file);
  }
  return file.starts_with(0, "\xFF\xD8", 2) ? exif_of_jpeg(file) : exif_of_png(file);
}

int parse_exif_orientation(const std::uint8_t* bytes, std::size_t size) {
  const ByteReader exif = find_exif({bytes, size});
  if (!is_tiff(exif)) {
    return 1;
  }
  const std::uint64_t orientation = TiffDirectory(exif).value(TiffTag::orientation).value_or(1);
  return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
}

}  // namespace demask::io

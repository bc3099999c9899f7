// SPDX-License-Identifier: Apache-2.0
#include "io/exif_orientation.hpp"

#include <optional>

#include "io/byte_reader.hpp"
#include "io/image_header.hpp"

namespace demask::io {
namespace {

constexpr const char* exif_identifier = "Exif\0\0";
constexpr std::uint64_t exif_identifier_size = 6;

/// The orientation in the first directory of a TIFF structure (TIFF 6.0, section 2).
int orientation_of_tiff(const ByteReader& tiff) {
  constexpr std::uint64_t entry_size = 12;
  const bool is_big_endian = tiff.at(0) == 'M';
  const auto number = [&](std::uint64_t offset, unsigned count) {
    return is_big_endian ? tiff.big(offset, count) : tiff.little(offset, count);
  };
  if (number(2, 2) != 42) {
    return 1;
  }
  const std::uint64_t directory = number(4, 4);
  const std::uint64_t count = number(directory, 2);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t entry = directory + 2 + i * entry_size;
    if (number(entry, 2) == 0x0112 && number(entry + 4, 4) > 0) {
      const bool is_short = number(entry + 2, 2) == 3;
      const std::uint64_t orientation = number(entry + 8, is_short ? 2 : 4);
      return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
    }
  }
  return 1;
}

/// The orientation in a JPEG's APP1 segment (EXIF 2.32, section 4.7.2), which precedes the scan.
int orientation_of_jpeg(const ByteReader& file) {
  std::uint64_t offset = 2;
  while (file.has(offset, 4) && file.at(offset) == 0xFF) {
    const std::uint8_t marker = file.at(offset + 1);
    if (marker == 0xFF) {
      ++offset;
      continue;
    }
    const std::uint64_t length = file.big(offset + 2, 2);
    if (marker == 0xDA || length < 2) {
      break;
    }
    if (marker == 0xE1 && file.starts_with(offset + 4, exif_identifier, exif_identifier_size)) {
      const std::uint64_t head = 4 + exif_identifier_size;
      return orientation_of_tiff(file.part(offset + head, length + 2 - std::min(head, length + 2)));
    }
    offset += 2 + length;
  }
  return 1;
}

/// The orientation in a PNG's eXIf chunk (W3C PNG specification, section 11.3.4.5).
int orientation_of_png(const ByteReader& file) {
  std::uint64_t offset = 8;
  while (file.has(offset, 12)) {
    const std::uint64_t length = file.big(offset, 4);
    if (file.starts_with(offset + 4, "eXIf", 4)) {
      return orientation_of_tiff(file.part(offset + 8, length));
    }
    offset += 12 + length;
  }
  return 1;
}

/// The orientation in a WebP's EXIF chunk (RFC 9649, section 2.7.1.5). Some writers prefix it with
/// JPEG's identifier.
int orientation_of_webp(const ByteReader& file) {
  std::uint64_t offset = 12;
  while (file.has(offset, 8)) {
    const std::uint64_t length = file.little(offset + 4, 4);
    if (file.starts_with(offset, "EXIF", 4)) {
      const ByteReader chunk = file.part(offset + 8, length);
      const bool is_identified = chunk.starts_with(0, exif_identifier, exif_identifier_size);
      return orientation_of_tiff(chunk.part(is_identified ? exif_identifier_size : 0, length));
    }
    offset += 8 + length + length % 2;
  }
  return 1;
}

}  // namespace

int parse_exif_orientation(const std::uint8_t* bytes, std::size_t size) {
  const std::optional<ImageHeader> header = inspect_header(bytes, size);
  if (!header) {
    return 1;
  }
  const ByteReader file(bytes, size);
  switch (header->format) {
    case FileFormat::jpeg:
      return orientation_of_jpeg(file);
    case FileFormat::png:
      return orientation_of_png(file);
    case FileFormat::webp:
      return orientation_of_webp(file);
    case FileFormat::tiff:
    case FileFormat::bmp:
      return 1;
  }
  return 1;
}

}  // namespace demask::io

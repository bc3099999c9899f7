// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Writes an EXIF orientation into encoded images byte by byte, without a metadata library.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace demask::test {

using FileBytes = std::vector<std::uint8_t>;

inline void append_big(FileBytes& out, std::uint64_t value, unsigned count) {
  for (unsigned i = count; i-- > 0;) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U * i));
  }
}

inline void append_little(FileBytes& out, std::uint64_t value, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U * i));
  }
}

inline void append_text(FileBytes& out, const std::string& text) {
  out.insert(out.end(), text.begin(), text.end());
}

inline void append_bytes(FileBytes& out, const FileBytes& bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// A TIFF structure with one directory of one entry, the orientation.
inline FileBytes make_exif(std::uint16_t orientation, bool big_endian) {
  const auto append = big_endian ? append_big : append_little;
  FileBytes out;
  append_text(out, big_endian ? "MM" : "II");
  append(out, 42, 2);
  append(out, 8, 4);  // offset of the directory
  append(out, 1, 2);  // entries
  append(out, 0x0112, 2);
  append(out, 3, 2);  // a short
  append(out, 1, 4);  // one of them
  append(out, orientation, 2);
  append(out, 0, 2);
  append(out, 0, 4);  // no further directory
  return out;
}

inline FileBytes jpeg_with_exif(const FileBytes& jpeg, const FileBytes& exif) {
  FileBytes out(jpeg.begin(), jpeg.begin() + 2);
  append_big(out, 0xFFE1, 2);
  append_big(out, 8 + exif.size(), 2);
  append_text(out, std::string("Exif\0\0", 6));
  append_bytes(out, exif);
  out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
  return out;
}

inline std::uint32_t png_crc(const FileBytes& bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xEDB88320U : crc >> 1U;
    }
  }
  return ~crc;
}

inline FileBytes png_with_exif(const FileBytes& png, const FileBytes& exif) {
  constexpr std::ptrdiff_t end_of_header = 8 + 25;
  FileBytes chunk;
  append_text(chunk, "eXIf");
  append_bytes(chunk, exif);
  FileBytes out(png.begin(), png.begin() + end_of_header);
  append_big(out, exif.size(), 4);
  append_bytes(out, chunk);
  append_big(out, png_crc(chunk), 4);
  out.insert(out.end(), png.begin() + end_of_header, png.end());
  return out;
}

/// @param webp  A file without an extended header, `width` x `height` pixels.
inline FileBytes webp_with_exif(const FileBytes& webp, const FileBytes& exif, int width,
                                int height) {
  constexpr std::uint8_t exif_flag = 0x08;
  FileBytes content;
  append_text(content, "WEBPVP8X");
  append_little(content, 10, 4);
  append_little(content, exif_flag, 4);
  append_little(content, static_cast<std::uint64_t>(width - 1), 3);
  append_little(content, static_cast<std::uint64_t>(height - 1), 3);
  content.insert(content.end(), webp.begin() + 12, webp.end());
  append_text(content, "EXIF");
  append_little(content, exif.size(), 4);
  append_bytes(content, exif);
  if (exif.size() % 2 == 1) {
    content.push_back(0);
  }
  FileBytes out;
  append_text(out, "RIFF");
  append_little(out, content.size(), 4);
  append_bytes(out, content);
  return out;
}

/// @param tiff  A little-endian file. Its directory is copied to its end with one more entry.
inline FileBytes tiff_with_orientation(const FileBytes& tiff, std::uint16_t orientation) {
  const auto number = [&tiff](std::size_t offset, unsigned count) {
    std::size_t value = 0;
    for (unsigned i = count; i-- > 0;) {
      value = value << 8U | tiff[offset + i];
    }
    return value;
  };
  FileBytes out = tiff;
  if (out.size() % 2 == 1) {
    out.push_back(0);
  }
  const std::size_t directory = number(4, 4);
  const std::size_t count = number(directory, 2);
  FileBytes offset;
  append_little(offset, out.size(), 4);
  std::copy(offset.begin(), offset.end(), out.begin() + 4);
  append_little(out, count + 1, 2);
  bool is_written = false;
  for (std::size_t i = 0; i <= count; ++i) {
    const std::size_t entry = directory + 2 + i * 12;
    if (!is_written && (i == count || number(entry, 2) > 0x0112)) {
      append_little(out, 0x0112, 2);
      append_little(out, 3, 2);
      append_little(out, 1, 4);
      append_little(out, orientation, 4);
      is_written = true;
    }
    if (i < count) {
      const auto first = tiff.begin() + static_cast<std::ptrdiff_t>(entry);
      out.insert(out.end(), first, first + 12);
    }
  }
  append_little(out, 0, 4);
  return out;
}

}  // namespace demask::test

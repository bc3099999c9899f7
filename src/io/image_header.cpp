// SPDX-License-Identifier: Apache-2.0
#include "io/image_header.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "io/byte_reader.hpp"

namespace demask::io {
namespace {

bool is_start_of_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// JPEG (ITU-T T.81, annex B). Decoders fill the missing part of a truncated file with gray and
/// report success, so the markers are followed to the end of the image.
ImageHeader inspect_jpeg(const ByteReader& file) {
  ImageHeader header;
  header.format = FileFormat::jpeg;
  header.complete = false;
  std::uint64_t offset = 2;
  while (file.has(offset, 2)) {
    if (file.at(offset) != 0xFF) {
      offset = file.find_marker(offset);
      continue;
    }
    const std::uint8_t marker = file.at(offset + 1);
    const bool is_stuffing = marker == 0x00 || (marker >= 0xD0 && marker <= 0xD7);
    if (is_stuffing || marker == 0x01 || marker == 0xFF) {
      offset += marker == 0xFF ? 1 : 2;
      continue;
    }
    if (marker == 0xD9) {
      header.complete = true;
      break;
    }
    if (is_start_of_frame(marker) && file.has(offset, 10)) {
      header.bits_per_channel = static_cast<int>(file.at(offset + 4));
      header.height = static_cast<std::int64_t>(file.big(offset + 5, 2));
      header.width = static_cast<std::int64_t>(file.big(offset + 7, 2));
      header.gray = file.at(offset + 9) == 1;
    }
    offset += 2 + std::max<std::uint64_t>(file.big(offset + 2, 2), 2);
  }
  return header;
}

/// PNG (W3C PNG specification, sections 5 and 11).
ImageHeader inspect_png(const ByteReader& file) {
  constexpr int gray_type = 0;
  ImageHeader header;
  header.format = FileFormat::png;
  header.complete = false;
  std::uint64_t offset = 8;
  while (file.has(offset, 12)) {
    if (file.starts_with(offset + 4, "IHDR", 4)) {
      header.width = static_cast<std::int64_t>(file.big(offset + 8, 4));
      header.height = static_cast<std::int64_t>(file.big(offset + 12, 4));
      header.bits_per_channel = static_cast<int>(file.at(offset + 16));
      header.gray = file.at(offset + 17) == gray_type;
    } else if (file.starts_with(offset + 4, "IEND", 4)) {
      header.complete = true;
      break;
    }
    offset += 12 + file.big(offset, 4);
  }
  return header;
}

/// WebP (RFC 9649): the size of the canvas or of the only frame, depending on the first chunk.
ImageHeader inspect_webp(const ByteReader& file) {
  ImageHeader header;
  header.format = FileFormat::webp;
  header.complete = file.has(8, file.little(4, 4));
  if (file.starts_with(12, "VP8X", 4)) {
    header.width = static_cast<std::int64_t>(file.little(24, 3)) + 1;
    header.height = static_cast<std::int64_t>(file.little(27, 3)) + 1;
  } else if (file.starts_with(12, "VP8L", 4)) {
    const std::uint64_t bits = file.little(21, 4);
    header.width = static_cast<std::int64_t>(bits & 0x3FFFU) + 1;
    header.height = static_cast<std::int64_t>(bits >> 14U & 0x3FFFU) + 1;
  } else if (file.starts_with(12, "VP8 ", 4)) {
    header.width = static_cast<std::int64_t>(file.little(26, 2) & 0x3FFFU);
    header.height = static_cast<std::int64_t>(file.little(28, 2) & 0x3FFFU);
  }
  return header;
}

/// One entry of a TIFF directory.
struct TiffEntry {
  std::uint64_t tag = 0;
  std::uint64_t value = 0;  ///< The first of its values.
};

/// Reads the first directory of a TIFF file (TIFF 6.0, section 2; BigTIFF has wider fields).
class TiffDirectory {
 public:
  explicit TiffDirectory(const ByteReader& file)
      : file_(file), is_big_endian_(file.at(0) == 'M'), is_big_tiff_(number(2, 2) == 43) {
    const std::uint64_t offset = number(is_big_tiff_ ? 8 : 4, word());
    count_ = number(offset, is_big_tiff_ ? 8 : 2);
    first_ = offset + (is_big_tiff_ ? 8 : 2);
    is_complete_ = offset != 0 && file.has(first_, 1);
  }

  bool is_complete() const { return is_complete_; }

  /// Whether the directory has an entry `index` and the file holds all of it.
  bool has(std::uint64_t index) const {
    return index < count_ && file_.has(first_ + index * entry_size(), entry_size());
  }

  TiffEntry entry(std::uint64_t index) const {
    const std::uint64_t start = first_ + index * entry_size();
    const unsigned width = number(start + 2, 2) == 3 ? 2 : 4;
    const std::uint64_t values = number(start + 4, word());
    const std::uint64_t field = start + 4 + word();
    const bool is_inline = values <= word() / width;
    return {number(start, 2), number(is_inline ? field : number(field, word()), width)};
  }

 private:
  unsigned word() const { return is_big_tiff_ ? 8 : 4; }
  std::uint64_t entry_size() const { return is_big_tiff_ ? 20 : 12; }
  std::uint64_t number(std::uint64_t offset, unsigned count) const {
    return is_big_endian_ ? file_.big(offset, count) : file_.little(offset, count);
  }

  const ByteReader& file_;
  bool is_big_endian_;
  bool is_big_tiff_;
  bool is_complete_ = false;
  std::uint64_t count_ = 0;
  std::uint64_t first_ = 0;
};

ImageHeader inspect_tiff(const ByteReader& file) {
  const TiffDirectory directory(file);
  ImageHeader header;
  header.format = FileFormat::tiff;
  header.bits_per_channel = 1;
  header.complete = directory.is_complete();
  std::uint64_t samples = 1;
  bool is_palette = false;
  for (std::uint64_t i = 0; directory.has(i); ++i) {
    const TiffEntry entry = directory.entry(i);
    if (entry.tag == 256) {
      header.width = static_cast<std::int64_t>(entry.value);
    }
    if (entry.tag == 257) {
      header.height = static_cast<std::int64_t>(entry.value);
    }
    if (entry.tag == 258) {
      header.bits_per_channel = static_cast<int>(std::min<std::uint64_t>(entry.value, 64));
    }
    if (entry.tag == 262) {
      is_palette = entry.value == 3;
    }
    if (entry.tag == 277) {
      samples = entry.value;
    }
  }
  header.gray = samples == 1 && !is_palette;
  return header;
}

/// BMP: Microsoft's BITMAPCOREHEADER, or BITMAPINFOHEADER and its successors.
ImageHeader inspect_bmp(const ByteReader& file) {
  ImageHeader header;
  header.format = FileFormat::bmp;
  const std::uint64_t pixels = file.little(10, 4);
  const bool is_core = file.little(14, 4) == 12;
  std::uint64_t bits = 0;
  std::uint64_t compression = 0;
  if (is_core) {
    header.width = static_cast<std::int64_t>(file.little(18, 2));
    header.height = static_cast<std::int64_t>(file.little(20, 2));
    bits = file.little(24, 2);
  } else {
    header.width = static_cast<std::int32_t>(file.little(18, 4));
    // A negative height means that the rows run from top to bottom.
    header.height = std::abs(std::int64_t{static_cast<std::int32_t>(file.little(22, 4))});
    bits = file.little(28, 2);
    compression = file.little(30, 4);
  }
  const bool is_run_length_coded = compression == 1 || compression == 2;
  if (header.width > 0 && !is_run_length_coded) {
    const std::uint64_t row = (static_cast<std::uint64_t>(header.width) * bits + 31) / 32 * 4;
    header.complete = file.has(pixels, row * static_cast<std::uint64_t>(header.height));
  } else {
    header.complete = file.has(0, file.little(2, 4));
  }
  return header;
}

}  // namespace

std::optional<ImageHeader> inspect_header(const std::uint8_t* bytes, std::size_t size) {
  const ByteReader file(bytes, size);
  if (file.starts_with(0, "\xFF\xD8\xFF", 3)) {
    return inspect_jpeg(file);
  }
  if (file.starts_with(0, "\x89PNG\r\n\x1A\n", 8)) {
    return inspect_png(file);
  }
  if (file.starts_with(0, "RIFF", 4) && file.starts_with(8, "WEBP", 4)) {
    return inspect_webp(file);
  }
  if (file.starts_with(0, "II*\0", 4) || file.starts_with(0, "MM\0*", 4) ||
      file.starts_with(0, "II+\0", 4) || file.starts_with(0, "MM\0+", 4)) {
    return inspect_tiff(file);
  }
  if (file.starts_with(0, "BM", 2) && file.has(0, 26)) {
    return inspect_bmp(file);
  }
  return std::nullopt;
}

std::optional<FileFormat> format_of_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  // std::tolower() depends on the locale: in Turkish it keeps the I of .TIF.
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  if (extension == ".jpg" || extension == ".jpeg") {
    return FileFormat::jpeg;
  }
  if (extension == ".png") {
    return FileFormat::png;
  }
  if (extension == ".webp") {
    return FileFormat::webp;
  }
  if (extension == ".tif" || extension == ".tiff") {
    return FileFormat::tiff;
  }
  if (extension == ".bmp") {
    return FileFormat::bmp;
  }
  return std::nullopt;
}

}  // namespace demask::io

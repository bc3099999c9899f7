#include "io/image_header.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>

#include "io/byte_reader.hpp"

namespace demask::io {
namespace {

bool is_start_of_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// ITU-T T.81, annex B. Decoders fill what a truncated file lacks with gray and call it a success,
/// so the markers are walked up to the end of the image.
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

/// W3C PNG specification, sections 5 and 11.
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

/// RFC 9649: the size of the canvas or of the only frame, by the kind of the first chunk.
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

/// The first directory of a TIFF file (TIFF 6.0, section 2; BigTIFF has wider fields).
ImageHeader inspect_tiff(const ByteReader& file) {
  const bool is_big_endian = file.at(0) == 'M';
  const auto number = [&](std::uint64_t offset, unsigned count) {
    return is_big_endian ? file.big(offset, count) : file.little(offset, count);
  };
  const bool is_big_tiff = number(2, 2) == 43;
  const unsigned word = is_big_tiff ? 8 : 4;
  const std::uint64_t entry_size = is_big_tiff ? 20 : 12;
  const std::uint64_t directory = number(is_big_tiff ? 8 : 4, word);
  const std::uint64_t count = number(directory, is_big_tiff ? 8 : 2);
  const std::uint64_t first = directory + (is_big_tiff ? 8 : 2);

  ImageHeader header;
  header.format = FileFormat::tiff;
  header.bits_per_channel = 1;
  header.complete = directory != 0 && file.has(first, 1);
  std::uint64_t samples = 1;
  bool is_palette = false;
  for (std::uint64_t i = 0; i < count && file.has(first + i * entry_size, entry_size); ++i) {
    const std::uint64_t entry = first + i * entry_size;
    const std::uint64_t tag = number(entry, 2);
    const unsigned width = number(entry + 2, 2) == 3 ? 2 : 4;
    const std::uint64_t values = number(entry + 4, word);
    const std::uint64_t field = entry + 4 + word;
    const bool is_inline = values <= word / width;
    const std::uint64_t value = number(is_inline ? field : number(field, word), width);
    if (tag == 256) {
      header.width = static_cast<std::int64_t>(value);
    }
    if (tag == 257) {
      header.height = static_cast<std::int64_t>(value);
    }
    if (tag == 258) {
      header.bits_per_channel = static_cast<int>(std::min<std::uint64_t>(value, 64));
    }
    if (tag == 262) {
      is_palette = value == 3;
    }
    if (tag == 277) {
      samples = value;
    }
  }
  header.gray = samples == 1 && !is_palette;
  return header;
}

/// Microsoft's BITMAPCOREHEADER and BITMAPINFOHEADER with its successors.
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
    // A negative height says that the rows run from top to bottom.
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
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
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

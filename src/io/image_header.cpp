// SPDX-License-Identifier: Apache-2.0
#include "io/image_header.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

#include "io/byte_reader.hpp"
#include "io/heif_header.hpp"
#include "io/tiff_directory.hpp"

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
    } else if (file.starts_with(offset + 4, "acTL", 4)) {
      header.pictures = static_cast<int>(std::min<std::uint64_t>(file.big(offset + 8, 4), 9999));
    } else if (file.starts_with(offset + 4, "IEND", 4)) {
      header.complete = true;
      break;
    }
    offset += 12 + file.big(offset, 4);
  }
  return header;
}

/// Counts the frames of a WebP file and tells whether its picture is stored without loss.
void look_at_webp_chunks(const ByteReader& file, ImageHeader& header) {
  constexpr std::uint8_t animation_flag = 0x02;
  const bool is_animation = file.starts_with(12, "VP8X", 4) && (file.at(20) & animation_flag) != 0;
  int frames = 0;
  for (std::uint64_t offset = 12; file.has(offset, 8);) {
    frames += file.starts_with(offset, "ANMF", 4) ? 1 : 0;
    header.lossless = header.lossless || file.starts_with(offset, "VP8L", 4);
    const std::uint64_t length = file.little(offset + 4, 4);
    offset += 8 + length + length % 2;
  }
  // The decoder refuses an animation of one frame, too.
  header.pictures = is_animation ? std::max(frames, 2) : 1;
}

/// WebP (RFC 9649): the size of the canvas or of the only frame, depending on the first chunk.
ImageHeader inspect_webp(const ByteReader& file) {
  ImageHeader header;
  header.format = FileFormat::webp;
  header.complete = file.has(8, file.little(4, 4));
  look_at_webp_chunks(file, header);
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
  if (is_tiff(file)) {
    return inspect_tiff(file);
  }
  if (file.starts_with(4, "ftyp", 4)) {
    return inspect_heif(file);
  }
  if (file.starts_with(0, "GIF8", 4)) {
    ImageHeader header;
    header.format = FileFormat::gif;
    return header;
  }
  if (file.starts_with(0, "BM", 2) && file.has(0, 26)) {
    return inspect_bmp(file);
  }
  return std::nullopt;
}

std::optional<FileFormat> format_of_extension(const std::filesystem::path& path) {
  static const std::map<std::string, FileFormat> formats = {
      {".jpg", FileFormat::jpeg},  {".jpeg", FileFormat::jpeg}, {".png", FileFormat::png},
      {".webp", FileFormat::webp}, {".tif", FileFormat::tiff},  {".tiff", FileFormat::tiff},
      {".bmp", FileFormat::bmp},   {".heic", FileFormat::heic}, {".heif", FileFormat::heic},
      {".hif", FileFormat::heic},  {".avif", FileFormat::avif}};
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  const auto found = formats.find(extension);
  return found == formats.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace demask::io

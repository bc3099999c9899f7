#include "io/webp_container.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "io/image_header.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t icc_flag = 0x20;
constexpr std::uint8_t alpha_flag = 0x10;
constexpr std::uint8_t exif_flag = 0x08;
constexpr std::uint8_t xmp_flag = 0x04;
constexpr std::size_t riff_header_size = 12;
constexpr std::size_t chunk_header_size = 8;

struct Chunk {
  std::string_view name;
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

std::size_t read_size(const std::uint8_t* bytes) {
  return bytes[0] | static_cast<std::size_t>(bytes[1]) << 8U |
         static_cast<std::size_t>(bytes[2]) << 16U | static_cast<std::size_t>(bytes[3]) << 24U;
}

void append_number(Bytes& out, std::uint64_t value, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U * i));
  }
}

std::vector<Chunk> split(const Bytes& file) {
  std::vector<Chunk> chunks;
  std::size_t offset = riff_header_size;
  while (offset + chunk_header_size <= file.size()) {
    const std::uint8_t* header = file.data() + offset;
    const std::size_t rest = file.size() - offset - chunk_header_size;
    const std::size_t size = std::min(read_size(header + 4), rest);
    chunks.push_back(
        {{reinterpret_cast<const char*>(header), 4}, header + chunk_header_size, size});
    offset += chunk_header_size + size + size % 2;
  }
  return chunks;
}

void append_chunk(Bytes& out, const Chunk& chunk) {
  out.insert(out.end(), chunk.name.begin(), chunk.name.end());
  append_number(out, chunk.size, 4);
  out.insert(out.end(), chunk.data, chunk.data + chunk.size);
  if (chunk.size % 2 == 1) {
    out.push_back(0);
  }
}

void append_metadata(Bytes& out, const char* name, const Bytes& content) {
  if (!content.empty()) {
    append_chunk(out, {name, content.data(), content.size()});
  }
}

/// The flags of the extended header that describe the pictures.
std::uint8_t picture_flags(const std::vector<Chunk>& chunks) {
  constexpr std::uint8_t lossless_alpha = 0x10;
  std::uint8_t flags = 0;
  for (const Chunk& chunk : chunks) {
    if (chunk.name == "VP8X" && chunk.size >= 1) {
      flags |= static_cast<std::uint8_t>(chunk.data[0] & ~(icc_flag | exif_flag | xmp_flag));
    }
    const bool has_lossless_alpha =
        chunk.name == "VP8L" && chunk.size >= 5 && (chunk.data[4] & lossless_alpha) != 0;
    if (has_lossless_alpha || chunk.name == "ALPH") {
      flags |= alpha_flag;
    }
  }
  return flags;
}

}  // namespace

Bytes with_webp_metadata(const Bytes& file, const WebpMetadata& metadata) {
  const std::optional<ImageHeader> header = inspect_header(file.data(), file.size());
  const std::vector<Chunk> chunks = split(file);
  std::uint8_t flags = picture_flags(chunks);
  if (!metadata.icc_profile.empty()) {
    flags |= icc_flag;
  }
  if (!metadata.exif.empty()) {
    flags |= exif_flag;
  }
  if (!metadata.xmp.empty()) {
    flags |= xmp_flag;
  }

  Bytes extended{flags, 0, 0, 0};
  append_number(extended, static_cast<std::uint64_t>(header->width - 1), 3);
  append_number(extended, static_cast<std::uint64_t>(header->height - 1), 3);

  Bytes out(file.begin(), file.begin() + riff_header_size);
  append_chunk(out, {"VP8X", extended.data(), extended.size()});
  append_metadata(out, "ICCP", metadata.icc_profile);
  for (const Chunk& chunk : chunks) {
    const bool is_replaced = chunk.name == "VP8X" || chunk.name == "ICCP" || chunk.name == "EXIF" ||
                             chunk.name == "XMP ";
    if (!is_replaced) {
      append_chunk(out, chunk);
    }
  }
  append_metadata(out, "EXIF", metadata.exif);
  append_metadata(out, "XMP ", metadata.xmp);

  Bytes riff_size;
  append_number(riff_size, out.size() - chunk_header_size, 4);
  std::copy(riff_size.begin(), riff_size.end(), out.begin() + 4);
  return out;
}

}  // namespace demask::io

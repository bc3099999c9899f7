// SPDX-License-Identifier: Apache-2.0
#include "io/png_chunks.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t signature_size = 8;

void append_big(Bytes& out, std::uint64_t value) {
  for (unsigned i = 4; i-- > 0;) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U * i));
  }
}

/// The checksum of a chunk's type and content (W3C PNG specification, annex D).
std::uint32_t checksum(const std::uint8_t* bytes, std::uint64_t size) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (std::uint64_t i = 0; i < size; ++i) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xEDB88320U : crc >> 1U;
    }
  }
  return ~crc;
}

/// Whether a text chunk holds EXIF, IPTC or XMP, which are copied on their own.
bool is_metadata_block(const ByteReader& file, const PngChunk& chunk) {
  constexpr std::string_view xmp("XML:com.adobe.xmp\0", 18);
  constexpr std::string_view raw = "Raw profile type ";
  return file.starts_with(chunk.content, xmp.data(), xmp.size()) ||
         file.starts_with(chunk.content, raw.data(), raw.size());
}

bool is_one_of(const std::string& type, std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

std::vector<PngChunk> png_chunks(const ByteReader& file) {
  constexpr std::uint64_t frame = 12;  // length, type and checksum
  std::vector<PngChunk> chunks;
  if (!file.starts_with(0, "\x89PNG\r\n\x1A\n", signature_size)) {
    return chunks;
  }
  std::uint64_t offset = signature_size;
  while (file.has(offset, frame)) {
    const std::uint64_t length = file.big(offset, 4);
    if (!file.has(offset + frame, length)) {
      break;
    }
    PngChunk chunk{{}, offset, offset + 8, offset + frame + length};
    for (unsigned i = 4; i < 8; ++i) {
      chunk.type.push_back(static_cast<char>(file.at(offset + i)));
    }
    chunks.push_back(chunk);
    offset = chunk.end;
  }
  return chunks;
}

Bytes kept_png_chunks(const Bytes& file) {
  const ByteReader reader(file.data(), file.size());
  const std::vector<PngChunk> chunks = png_chunks(reader);
  const auto has = [&chunks](std::string_view type) {
    return std::any_of(chunks.begin(), chunks.end(),
                       [type](const PngChunk& chunk) { return chunk.type == type; });
  };
  const bool has_profile = has("iCCP");
  std::vector<std::string> colors;
  Bytes kept;
  for (const PngChunk& chunk : chunks) {
    const bool is_text =
        is_one_of(chunk.type, {"tEXt", "zTXt", "iTXt"}) && !is_metadata_block(reader, chunk);
    // A file holds either a profile or sRGB, and a chunk of color only once.
    const bool is_color = is_one_of(chunk.type, {"gAMA", "cHRM", "sRGB", "cICP"}) &&
                          !(has_profile && chunk.type == "sRGB") &&
                          std::find(colors.begin(), colors.end(), chunk.type) == colors.end();
    const std::uint64_t checked = chunk.end - 4 - (chunk.start + 4);
    if ((is_text || is_color) &&
        checksum(file.data() + chunk.start + 4, checked) == reader.big(chunk.end - 4, 4)) {
      colors.push_back(chunk.type);
      kept.insert(kept.end(), file.begin() + static_cast<std::ptrdiff_t>(chunk.start),
                  file.begin() + static_cast<std::ptrdiff_t>(chunk.end));
    }
  }
  return kept;
}

Bytes make_png_chunk(const std::string& type, const Bytes& content) {
  Bytes chunk;
  append_big(chunk, content.size());
  chunk.insert(chunk.end(), type.begin(), type.end());
  chunk.insert(chunk.end(), content.begin(), content.end());
  append_big(chunk, checksum(chunk.data() + 4, chunk.size() - 4));
  return chunk;
}

void name_png_profile(Bytes& file) {
  constexpr std::string_view name = "ICC profile";
  for (const PngChunk& chunk : png_chunks({file.data(), file.size()})) {
    if (chunk.type == "iCCP" && file[chunk.content] == 0) {
      const auto begin = file.begin() + static_cast<std::ptrdiff_t>(chunk.start);
      const auto end = file.begin() + static_cast<std::ptrdiff_t>(chunk.end);
      constexpr std::ptrdiff_t checksum_size = 4;
      Bytes content(name.begin(), name.end());
      content.insert(content.end(), begin + 8, end - checksum_size);
      const Bytes named = make_png_chunk("iCCP", content);
      file.insert(file.erase(begin, end), named.begin(), named.end());
      return;
    }
  }
}

void insert_png_chunks(Bytes& file, const Bytes& chunks) {
  const std::vector<PngChunk> own = png_chunks({file.data(), file.size()});
  if (!own.empty()) {
    file.insert(file.begin() + static_cast<std::ptrdiff_t>(own.front().end), chunks.begin(),
                chunks.end());
  }
}

}  // namespace demask::io

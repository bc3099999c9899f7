// SPDX-License-Identifier: Apache-2.0
#include "io/heif_header.hpp"

#include <algorithm>
#include <array>

namespace demask::io {
namespace {

/// A box: its type is at `start + 4`, its content from `content` to `end`.
struct Box {
  std::uint64_t start = 0;
  std::uint64_t content = 0;
  std::uint64_t end = 0;
  bool is_whole = false;  ///< Whether the file holds all of it.
};

/// The box at an offset; it ends at `limit` at the latest.
Box box_at(const ByteReader& file, std::uint64_t offset, std::uint64_t limit) {
  Box box;
  box.start = offset;
  box.content = offset + 8;
  std::uint64_t size = file.big(offset, 4);
  if (size == 1) {
    size = file.big(offset + 8, 8);
    box.content = offset + 16;
  } else if (size == 0) {
    size = limit - offset;
  }
  const std::uint64_t least = box.content - offset;
  box.is_whole = size >= least && size <= limit - offset;
  box.end = box.is_whole ? offset + size : limit;
  return box;
}

/// Calls `visit` for each box between two offsets. @returns Whether the file holds all of them.
template <typename Visit>
bool for_each_box(const ByteReader& file, std::uint64_t begin, std::uint64_t end,
                  const Visit& visit) {
  std::uint64_t offset = begin;
  while (offset < end && file.has(offset, 8)) {
    const Box box = box_at(file, offset, end);
    if (!box.is_whole) {
      return false;
    }
    visit(box);
    offset = box.end;
  }
  return offset == end;
}

bool is_type(const ByteReader& file, const Box& box, const char* type) {
  return file.starts_with(box.start + 4, type, 4);
}

/// Enlarges the header's size to that of each `ispe` box in a box of the path `meta`, `iprp`,
/// `ipco`, whose element `depth` this box is.
void read_sizes(const ByteReader& file, const Box& box, std::size_t depth, ImageHeader& header) {
  static constexpr std::array<const char*, 4> path = {"meta", "iprp", "ipco", "ispe"};
  constexpr std::uint64_t version_and_flags = 4;
  if (!is_type(file, box, path[depth])) {
    return;
  }
  if (depth + 1 == path.size()) {
    const std::uint64_t sides = box.content + version_and_flags;
    header.width = std::max(header.width, static_cast<std::int64_t>(file.big(sides, 4)));
    header.height = std::max(header.height, static_cast<std::int64_t>(file.big(sides + 4, 4)));
    return;
  }
  for_each_box(file, box.content + (depth == 0 ? version_and_flags : 0), box.end,
               [&](const Box& inner) { read_sizes(file, inner, depth + 1, header); });
}

/// The format for a brand of four letters; nullopt if it is none of still pictures.
std::optional<FileFormat> format_of_brand(const ByteReader& file, std::uint64_t offset) {
  static constexpr std::array<const char*, 2> avif = {"avif", "avis"};
  static constexpr std::array<const char*, 8> heic = {"heic", "heix", "heim", "heis",
                                                      "hevc", "hevx", "mif1", "msf1"};
  const auto matches = [&](const char* brand) { return file.starts_with(offset, brand, 4); };
  if (std::any_of(avif.begin(), avif.end(), matches)) {
    return FileFormat::avif;
  }
  if (std::any_of(heic.begin(), heic.end(), matches)) {
    return FileFormat::heic;
  }
  return std::nullopt;
}

/// AVIF files may list the general brand "mif1" first, so every brand counts.
std::optional<FileFormat> format_of_brands(const ByteReader& file, const Box& type) {
  std::optional<FileFormat> format = format_of_brand(file, type.content);
  for (std::uint64_t brand = type.content + 8; brand + 4 <= type.end; brand += 4) {
    const std::optional<FileFormat> other = format_of_brand(file, brand);
    if (!format || other == FileFormat::avif) {
      format = other ? other : format;
    }
  }
  return format;
}

}  // namespace

std::optional<ImageHeader> inspect_heif(const ByteReader& file) {
  const Box type = box_at(file, 0, file.size());
  const std::optional<FileFormat> format = format_of_brands(file, type);
  if (!format) {
    return std::nullopt;
  }
  ImageHeader header;
  header.format = *format;
  bool has_meta = false;
  bool has_pixels = false;
  const bool is_whole = for_each_box(file, 0, file.size(), [&](const Box& box) {
    has_meta = has_meta || is_type(file, box, "meta");
    has_pixels = has_pixels || is_type(file, box, "mdat");
    header.pictures = is_type(file, box, "moov") ? 2 : header.pictures;
    read_sizes(file, box, 0, header);
  });
  // Some phones append data that are not boxes.
  header.complete = (has_meta || header.pictures > 1) && (is_whole || (has_meta && has_pixels));
  return header;
}

}  // namespace demask::io

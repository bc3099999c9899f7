// SPDX-License-Identifier: Apache-2.0
#include "io/jpeg_segments.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t start_of_scan = 0xDA;
constexpr std::uint8_t end_of_image = 0xD9;
constexpr std::uint8_t first_application = 0xE0;
constexpr std::uint8_t last_application = 0xEF;
constexpr std::uint8_t comment = 0xFE;
// The identifier of extended XMP ends in a zero; digest, size and offset follow it.
constexpr char extension_name[] = "http://ns.adobe.com/xmp/extension/";
constexpr std::size_t guid_size = 32;
constexpr std::size_t extension_head = sizeof extension_name + guid_size + 8;

bool is_extension(const ByteReader& file, const JpegSegment& segment) {
  return segment.marker == 0xE1 &&
         file.starts_with(segment.content, extension_name, sizeof extension_name) &&
         segment.end - segment.content >= extension_head;
}

void append_big(Bytes& out, std::uint64_t value, unsigned count) {
  for (unsigned i = count; i-- > 0;) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U * i));
  }
}

std::ptrdiff_t at(std::uint64_t offset) { return static_cast<std::ptrdiff_t>(offset); }

template <typename Predicate>
void remove_segments(Bytes& file, const Predicate& is_removed) {
  const ByteReader reader(file.data(), file.size());
  Bytes kept;
  std::uint64_t copied = 0;
  for (const JpegSegment& segment : jpeg_segments(reader)) {
    if (is_removed(reader, segment)) {
      kept.insert(kept.end(), file.begin() + at(copied), file.begin() + at(segment.start));
      copied = segment.end;
    }
  }
  if (copied > 0) {
    kept.insert(kept.end(), file.begin() + at(copied), file.end());
    file = std::move(kept);
  }
}

}  // namespace

std::vector<JpegSegment> jpeg_segments(const ByteReader& file) {
  std::vector<JpegSegment> segments;
  if (!file.starts_with(0, "\xFF\xD8", 2)) {
    return segments;
  }
  std::uint64_t offset = 2;
  while (file.has(offset, 4) && file.at(offset) == 0xFF) {
    const std::uint8_t marker = file.at(offset + 1);
    if (marker == 0xFF) {
      ++offset;
      continue;
    }
    const std::uint64_t length = file.big(offset + 2, 2);
    if (marker == start_of_scan || marker == end_of_image || length < 2 ||
        !file.has(offset + 2, length)) {
      break;
    }
    segments.push_back({marker, offset, offset + 4, offset + 2 + length});
    offset += 2 + length;
  }
  return segments;
}

Bytes jpeg_comments(const Bytes& file) {
  Bytes comments;
  for (const JpegSegment& segment : jpeg_segments({file.data(), file.size()})) {
    if (segment.marker == comment) {
      comments.insert(comments.end(), file.begin() + at(segment.start),
                      file.begin() + at(segment.end));
    }
  }
  return comments;
}

void insert_jpeg_segments(Bytes& file, const Bytes& segments) {
  std::uint64_t position = 2;
  for (const JpegSegment& segment : jpeg_segments({file.data(), file.size()})) {
    if (segment.marker >= first_application && segment.marker <= last_application) {
      position = segment.end;
    }
  }
  file.insert(file.begin() + at(position), segments.begin(), segments.end());
}

std::string extended_xmp(const Bytes& file, const std::string& guid) {
  const ByteReader reader(file.data(), file.size());
  std::string packet;
  std::size_t filled = 0;
  for (const JpegSegment& segment : jpeg_segments(reader)) {
    const std::uint64_t head = segment.content + sizeof extension_name;
    if (!is_extension(reader, segment) || guid.size() != guid_size ||
        !reader.starts_with(head, guid.data(), guid_size)) {
      continue;
    }
    const std::uint64_t size = reader.big(head + guid_size, 4);
    const std::uint64_t offset = reader.big(head + guid_size + 4, 4);
    const std::uint64_t count = segment.end - segment.content - extension_head;
    if (packet.empty() && size <= file.size()) {
      packet.resize(size);
    }
    if (size != packet.size() || offset > size || count > size - offset) {
      return {};
    }
    std::memcpy(packet.data() + offset, file.data() + segment.content + extension_head, count);
    filled += count;
  }
  return filled == packet.size() ? packet : std::string();
}

void remove_extended_xmp(Bytes& file) { remove_segments(file, is_extension); }

void remove_jpeg_comments(Bytes& file) {
  remove_segments(file, [](const ByteReader& /*reader*/, const JpegSegment& segment) {
    return segment.marker == comment;
  });
}

void remove_jpeg_profile(Bytes& file) {
  remove_segments(file, [](const ByteReader& reader, const JpegSegment& segment) {
    constexpr char name[] = "ICC_PROFILE";
    return segment.marker == 0xE2 && reader.starts_with(segment.content, name, sizeof name);
  });
}

Bytes extended_xmp_segments(const std::string& packet, const std::string& guid) {
  constexpr std::size_t max_part = 65400;
  Bytes segments;
  for (std::size_t offset = 0; offset < packet.size(); offset += max_part) {
    const std::size_t count = std::min(max_part, packet.size() - offset);
    append_big(segments, 0xFFE1, 2);
    append_big(segments, 2 + extension_head + count, 2);
    segments.insert(segments.end(), extension_name, extension_name + sizeof extension_name);
    segments.insert(segments.end(), guid.begin(), guid.end());
    append_big(segments, packet.size(), 4);
    append_big(segments, offset, 4);
    const auto first = packet.begin() + at(offset);
    segments.insert(segments.end(), first, first + at(count));
  }
  return segments;
}

}  // namespace demask::io

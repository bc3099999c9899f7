// SPDX-License-Identifier: Apache-2.0
#include "video_parts.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <istream>
#include <optional>
#include <system_error>

namespace demask::program {
namespace {

namespace fs = std::filesystem;

using Number = std::optional<std::uint64_t>;

/// Reads a number of `size` bytes, the highest first; nothing at the end of the file.
Number read_number(std::istream& stream, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const int byte = stream.get();
    if (byte < 0) {
      return std::nullopt;
    }
    number = number << 8U | static_cast<std::uint64_t>(byte);
  }
  return number;
}

std::optional<std::string> read_type(std::istream& stream) {
  std::string type(4, '\0');
  if (!stream.read(type.data(), static_cast<std::streamsize>(type.size()))) {
    return std::nullopt;
  }
  return type;
}

std::uint64_t position(std::istream& stream) { return static_cast<std::uint64_t>(stream.tellg()); }

/// ISO/IEC 14496-12, 4.2: length with its head, type and, for long boxes, a length of 8 bytes.
std::optional<FilePart> read_box(std::istream& stream) {
  const std::uint64_t start = position(stream);
  Number length = read_number(stream, 4);
  const std::optional<std::string> type = read_type(stream);
  if (length == 1U) {
    length = read_number(stream, 8);
  }
  // A box of length 0 goes to the end of the file.
  if (!length || !type || start + *length < position(stream)) {
    return std::nullopt;
  }
  return FilePart{*type, position(stream), start + *length - position(stream)};
}

/// Type and length, the lowest byte first; chunks are padded to an even length.
std::optional<FilePart> read_chunk(std::istream& stream) {
  const std::optional<std::string> type = read_type(stream);
  const Number bytes = read_number(stream, 4);
  if (!type || !bytes) {
    return std::nullopt;
  }
  std::uint64_t length = 0;
  for (const unsigned shift : {0U, 8U, 16U, 24U}) {
    length = length << 8U | (*bytes >> shift & 0xFFU);
  }
  return FilePart{*type, position(stream), length + length % 2};
}

/// Reads a number of Matroska (RFC 8794, 4): its first bits say how many bytes it has.
Number read_variable(std::istream& stream, bool keeps_marker) {
  const Number first = read_number(stream, 1);
  if (!first || *first == 0) {
    return std::nullopt;
  }
  std::size_t more = 0;
  while ((*first << more & 0x80U) == 0) {
    ++more;
  }
  const Number rest = read_number(stream, more);
  if (!rest) {
    return std::nullopt;
  }
  const std::uint64_t head = keeps_marker ? *first : *first & (0x7FU >> more);
  const std::uint64_t value = head << (8 * more) | *rest;
  const std::uint64_t unknown = (std::uint64_t{1} << (7 * (more + 1))) - 1;
  return !keeps_marker && value == unknown ? std::nullopt : Number(value);
}

std::optional<FilePart> read_element(std::istream& stream) {
  constexpr std::uint64_t segment = 0x18538067;
  const Number id = read_variable(stream, true);
  const Number length = read_variable(stream, false);
  if (!id || !length) {
    return std::nullopt;
  }
  return FilePart{*id == segment ? "segment" : "", position(stream), *length};
}

/// The function that reads the head of a part of this file, by its first bytes; null if it is of
/// another kind.
std::optional<FilePart> (*reader_of(std::istream& stream))(std::istream&) {
  std::array<char, 12> bytes{};
  stream.read(bytes.data(), bytes.size());
  if (!stream) {
    return nullptr;
  }
  stream.seekg(0);
  const std::string head(bytes.data(), bytes.size());
  const std::string type = head.substr(4, 4);
  constexpr std::array<const char*, 6> first_boxes = {"ftyp", "moov", "mdat",
                                                      "wide", "free", "skip"};
  if (std::find(first_boxes.begin(), first_boxes.end(), type) != first_boxes.end()) {
    return read_box;
  }
  if (head.substr(0, 4) == "RIFF" && head.substr(8, 4) == "AVI ") {
    return read_chunk;
  }
  return head.substr(0, 4) == "\x1A\x45\xDF\xA3" ? read_element : nullptr;
}

}  // namespace

std::vector<FilePart> parts_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  auto* const read_part = reader_of(stream);
  std::vector<FilePart> parts;
  while (read_part != nullptr && stream) {
    const std::optional<FilePart> part = read_part(stream);
    if (!part) {
      break;
    }
    parts.push_back(*part);
    stream.seekg(static_cast<std::streamoff>(part->start + part->length));
    if (stream.peek() < 0) {
      break;
    }
  }
  return parts;
}

bool is_cut_off(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) {
    return false;
  }
  const std::vector<FilePart> parts = parts_of(file);
  // Other types may be what a program appended without a length.
  constexpr std::array<const char*, 5> types = {"moov", "mdat", "moof", "RIFF", "segment"};
  return std::any_of(parts.begin(), parts.end(), [&](const FilePart& part) {
    return part.start + part.length > size &&
           std::find(types.begin(), types.end(), part.type) != types.end();
  });
}

}  // namespace demask::program

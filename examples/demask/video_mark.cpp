// SPDX-License-Identifier: Apache-2.0
#include "video_mark.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "io/sidecar.hpp"
#include "video_parts.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

/// Returns whether the file consists of boxes, like ISO base media files (ISO/IEC 14496-12).
bool is_iso_media(const fs::path& file) {
  std::array<char, 8> head{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), head.size());
  return stream && std::string(head.data() + 4, 4) == "ftyp";
}

/// The identifier of boxes with XMP.
constexpr std::string_view xmp_uuid =
    "\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";

/// Returns a box of type uuid with the identifier of XMP and the packet.
std::string xmp_box(const std::string& packet) {
  const auto size = static_cast<std::uint32_t>(8 + xmp_uuid.size() + packet.size());
  std::string box;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    box += static_cast<char>(size >> shift & 0xFFU);
  }
  return box + "uuid" + std::string(xmp_uuid) + packet;
}

/// The XMP packet of a file that consists of boxes; "" if it has none.
std::string xmp_of(const fs::path& file) {
  constexpr std::uint64_t max_packet = std::uint64_t{16} << 20U;
  std::ifstream stream(file, std::ios::binary);
  for (const FilePart& part : parts_of(file)) {
    if (part.type != "uuid" || part.length < xmp_uuid.size() || part.length > max_packet) {
      continue;
    }
    std::string content(part.length, '\0');
    stream.seekg(static_cast<std::streamoff>(part.start));
    if (stream.read(content.data(), static_cast<std::streamsize>(content.size())) &&
        content.compare(0, xmp_uuid.size(), xmp_uuid) == 0) {
      return content.substr(xmp_uuid.size());
    }
    stream.clear();
  }
  return {};
}

}  // namespace

bool holds_video_mark(const fs::path& file) {
  if (io::holds_mark(xmp_of(file))) {
    return true;
  }
  try {
    return io::has_marked_sidecar(file);
  } catch (const Error&) {
    return false;
  }
}

bool embed_mark(const fs::path& file, const fs::path& path) {
  if (!is_iso_media(file)) {
    return false;
  }
  std::ofstream stream(file, std::ios::binary | std::ios::app);
  stream << xmp_box(synthetic_xmp_packet());
  stream.close();
  if (!stream) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: cannot be marked as edited; check that the disk has space",
                            path.string()));
  }
  return true;
}

}  // namespace demask::program

// SPDX-License-Identifier: Apache-2.0
#include "io/sidecar.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "demask/error.hpp"
#include "demask/synthetic_mark.hpp"
#include "io/whole_file.hpp"

namespace demask::io {
namespace {

namespace fs = std::filesystem;

/// The content of the sidecar; empty if there is none.
std::string read_sidecar(const fs::path& picture) {
  const fs::path sidecar = sidecar_of(picture);
  std::error_code error;
  if (!fs::is_regular_file(sidecar, error) || fs::file_size(sidecar, error) == 0) {
    return {};
  }
  const std::vector<std::uint8_t> bytes = read_whole_file(sidecar);
  return {bytes.begin(), bytes.end()};
}

/// Whether the file holds the mark and nothing else. A file that cannot be read does not.
bool is_only_mark(const fs::path& sidecar) {
  const std::string packet = synthetic_xmp_packet();
  std::error_code error;
  if (!fs::is_regular_file(sidecar, error) || fs::file_size(sidecar, error) != packet.size()) {
    return false;
  }
  std::ifstream stream(sidecar, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {}) == packet;
}

}  // namespace

fs::path sidecar_of(const fs::path& picture) {
  fs::path sidecar = follow_links(picture);
  sidecar += ".xmp";
  return sidecar;
}

bool holds_mark(std::string_view bytes) {
  constexpr std::string_view begin = "<?xpacket begin=";
  constexpr std::string_view end = "<?xpacket end=";
  for (std::size_t first = bytes.find(begin); first != std::string_view::npos;
       first = bytes.find(begin, first)) {
    const std::size_t last = bytes.find(end, first);
    if (last == std::string_view::npos) {
      return false;
    }
    if (bytes.substr(first, last - first).find(synthetic_source_type) != std::string_view::npos) {
      return true;
    }
    first = last;
  }
  return false;
}

bool has_marked_sidecar(const fs::path& picture) { return holds_mark(read_sidecar(picture)); }

void check_markable(const fs::path& picture) {
  const fs::path sidecar = sidecar_of(picture);
  std::error_code error;
  if (fs::exists(sidecar, error) && !has_marked_sidecar(picture)) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: was not written by demask, so {} cannot be marked as synthetic; "
                            "move it to another folder",
                            sidecar.string(), picture.filename().string()));
  }
}

bool write_marked_sidecar(const fs::path& picture) {
  check_markable(picture);
  const fs::path sidecar = sidecar_of(picture);
  std::error_code error;
  if (fs::exists(sidecar, error)) {
    return false;
  }
  write_whole_file(sidecar, synthetic_xmp_packet());
  return true;
}

void write_with_marked_sidecar(const fs::path& picture, const std::function<void()>& write) {
  const bool is_new = write_marked_sidecar(picture);
  try {
    write();
  } catch (...) {
    if (is_new) {
      std::error_code ignored;
      fs::remove(sidecar_of(picture), ignored);
    }
    throw;
  }
}

void remove_marked_sidecar(const fs::path& picture) {
  const fs::path sidecar = sidecar_of(picture);
  if (!is_only_mark(sidecar)) {
    return;
  }
  std::error_code error;
  if (!fs::remove(sidecar, error) && error) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: marks a picture that is not synthetic and cannot be removed ({}); "
                            "remove it",
                            sidecar.string(), error.message()));
  }
}

}  // namespace demask::io

// SPDX-License-Identifier: Apache-2.0
#include "io/sidecar.hpp"

#include <fmt/format.h>

#include <cstdint>
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

}  // namespace

fs::path sidecar_of(fs::path picture) {
  picture += ".xmp";
  return picture;
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

void remove_marked_sidecar(const fs::path& picture) {
  if (read_sidecar(picture) != synthetic_xmp_packet()) {
    return;
  }
  const fs::path sidecar = sidecar_of(picture);
  std::error_code error;
  if (!fs::remove(sidecar, error) && error) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: marks a picture that is not synthetic and cannot be removed ({}); "
                            "remove it",
                            sidecar.string(), error.message()));
  }
}

}  // namespace demask::io

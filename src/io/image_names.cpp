// SPDX-License-Identifier: Apache-2.0
#include "demask/image_io.hpp"
#include "io/image_header.hpp"

namespace demask {

const std::vector<std::string>& image_extensions() {
  static const std::vector<std::string> extensions = {".jpg", ".jpeg", ".png", ".webp",
                                                      ".tif", ".tiff", ".bmp"};
  return extensions;
}

bool is_image_name(const std::filesystem::path& path) {
  return io::format_of_extension(path).has_value();
}

}  // namespace demask

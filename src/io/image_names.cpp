// SPDX-License-Identifier: Apache-2.0
#include "demask/image_io.hpp"
#include "io/heif_file.hpp"
#include "io/image_header.hpp"

namespace demask {

const std::vector<std::string>& image_extensions() {
  static const std::vector<std::string> extensions = [] {
    std::vector<std::string> list = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"};
    if (io::has_heif()) {
      list.insert(list.end(), {".heic", ".heif", ".hif", ".avif"});
    }
    return list;
  }();
  return extensions;
}

bool is_image_name(const std::filesystem::path& path) {
  const std::optional<io::FileFormat> format = io::format_of_extension(path);
  return format && (io::has_heif() || !io::is_heif(*format));
}

}  // namespace demask

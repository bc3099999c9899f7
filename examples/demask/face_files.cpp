// SPDX-License-Identifier: Apache-2.0
#include "face_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "file_names.hpp"
#include "own_pictures.hpp"
#include "photo_files.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

/// Writes a picture into the report's folder and returns its name; does nothing if it is empty.
fs::path write_picture(const Image& image, const fs::path& folder, const fs::path& name) {
  if (image.empty()) {
    return {};
  }
  const fs::path path = folder / name;
  make_folder(path.parent_path());
  write_own_picture(path, image);
  return name;
}

}  // namespace

Image photo_sized(const MaskRegion& region, int width, int height) {
  Image photo(width, height, PixelFormat::gray);
  const int left = std::max(region.x, 0);
  const int right = std::min(region.x + region.pixels.width(), width);
  const int bottom = std::min(region.y + region.pixels.height(), height);
  for (int y = std::max(region.y, 0); y < bottom && left < right; ++y) {
    const std::uint8_t* row = region.pixels.row(y - region.y);
    std::copy(row + (left - region.x), row + (right - region.x), photo.row(y) + left);
  }
  return photo;
}

fs::path pictures_folder(const fs::path& report) {
  return report.parent_path() / fitting_name(report.stem().string(), "_masks");
}

std::vector<FaceFiles> write_face_files(const Result& result, const fs::path& report,
                                        const fs::path& label) {
  const fs::path folder = report.has_parent_path() ? report.parent_path() : fs::path(".");
  const fs::path pictures = pictures_folder(report).filename() / label.parent_path();
  std::vector<FaceFiles> files;
  for (std::size_t i = 0; i < result.faces.size(); ++i) {
    const FaceResult& face = result.faces[i];
    const std::string stem = fmt::format("{}_{}", label.filename().string(), i);
    const auto write = [&](const Image& image, const std::string& suffix) {
      return write_picture(image, folder, pictures / fitting_name(stem, suffix));
    };
    FaceFiles written;
    if (!face.mask.pixels.empty()) {
      const Image mask = photo_sized(face.mask, result.photo.width(), result.photo.height());
      written.mask = write(mask, ".png");
    }
    written.aligned_before = write(face.aligned_before, ".before.png");
    written.aligned_mask = write(face.aligned_mask, ".mask.png");
    written.aligned_after = write(face.aligned_after, ".after.png");
    written.aligned_alternative = write(face.aligned_alternative, ".alternative.png");
    for (std::size_t k = 0; k < face.variants.size(); ++k) {
      written.aligned_variants.push_back(
          write(face.variants[k].aligned, fmt::format(".variant{}.png", k)));
    }
    files.push_back(written);
  }
  return files;
}

}  // namespace demask::program

// SPDX-License-Identifier: Apache-2.0
#include "face_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "photo_files.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

/// Writes a picture into the report's folder and returns its name; does nothing if it is empty.
fs::path write_picture(const Image& image, const fs::path& folder, const std::string& name) {
  if (image.empty()) {
    return {};
  }
  const fs::path path = folder / name;
  make_folder(path.parent_path());
  write_image(path, image);
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

std::vector<FaceFiles> write_face_files(const Result& result, const fs::path& report,
                                        const fs::path& label) {
  const fs::path folder = report.has_parent_path() ? report.parent_path() : fs::path(".");
  const std::string pictures = report.stem().string() + "_masks";
  std::vector<FaceFiles> files;
  for (std::size_t i = 0; i < result.faces.size(); ++i) {
    const FaceResult& face = result.faces[i];
    const std::string name = fmt::format("{}/{}_{}", pictures, label.string(), i);
    FaceFiles written;
    if (!face.mask.pixels.empty()) {
      const Image mask = photo_sized(face.mask, result.photo.width(), result.photo.height());
      written.mask = write_picture(mask, folder, name + ".png");
    }
    written.aligned_before = write_picture(face.aligned_before, folder, name + ".before.png");
    written.aligned_mask = write_picture(face.aligned_mask, folder, name + ".mask.png");
    written.aligned_after = write_picture(face.aligned_after, folder, name + ".after.png");
    written.aligned_alternative =
        write_picture(face.aligned_alternative, folder, name + ".alternative.png");
    for (std::size_t k = 0; k < face.variants.size(); ++k) {
      written.aligned_variants.push_back(write_picture(face.variants[k].aligned, folder,
                                                       fmt::format("{}.variant{}.png", name, k)));
    }
    files.push_back(written);
  }
  return files;
}

}  // namespace demask::program

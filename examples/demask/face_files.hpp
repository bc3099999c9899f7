#pragma once

/// @file
/// The pictures that belong to a report: masks and aligned faces.

#include <filesystem>
#include <vector>

#include "demask/demask.hpp"

namespace demask::program {

/// Files of one face; empty where there is no such picture.
struct FaceFiles {
  std::filesystem::path mask;  ///< Gray, of the photo's size: 255 where the face was painted.
  std::filesystem::path aligned_before;
  std::filesystem::path aligned_mask;
  std::filesystem::path aligned_after;
  std::filesystem::path aligned_alternative;
};

/// A region as a picture of the whole photo, black outside.
Image photo_sized(const MaskRegion& region, int width, int height);

/// Writes the pictures of every face to `<report's folder>/<report's stem>_masks/<label>_<face>...`
/// and returns their paths relative to the report's folder. @throws Error unwritable_file.
std::vector<FaceFiles> write_face_files(const Result& result, const std::filesystem::path& report,
                                        const std::filesystem::path& label);

}  // namespace demask::program

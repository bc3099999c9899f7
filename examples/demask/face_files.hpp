// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The pictures that belong to a report: masks and aligned faces.

#include <filesystem>
#include <vector>

#include "demask/demask.hpp"

namespace demask::program {

/// Names of the pictures of one face; empty for a picture that was not written.
struct FaceFiles {
  std::filesystem::path mask;  ///< Gray, of the photo's size: 255 where the face was painted.
  std::filesystem::path aligned_before;
  std::filesystem::path aligned_mask;
  std::filesystem::path aligned_after;
  std::filesystem::path aligned_alternative;
  std::vector<std::filesystem::path> aligned_variants;  ///< All of them, the first included.
};

/// Draws a region into a gray picture of the photo's size, black outside it.
Image photo_sized(const MaskRegion& region, int width, int height);

/// The folder of a report's pictures: `<report's stem>_masks`, beside the report.
std::filesystem::path pictures_folder(const std::filesystem::path& report);

/// Writes the pictures of every face to `<report's folder>/<report's stem>_masks/<label>_<face>...`
/// and returns their paths relative to the report's folder. @throws Error unwritable_file.
std::vector<FaceFiles> write_face_files(const Result& result, const std::filesystem::path& report,
                                        const std::filesystem::path& label);

}  // namespace demask::program

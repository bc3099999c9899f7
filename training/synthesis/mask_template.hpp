// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Loads photographed masks and warps them onto faces.

#include <array>
#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "synthesis/mask_compositing.hpp"

namespace demask::synthesis {

/// One view of a photographed mask, at several resolutions.
struct MaskTemplate {
  struct Level {
    float scale;    ///< Size relative to the file.
    cv::Mat color;  ///< CV_8UC3 RGB; colors extend beyond the mask's edge.
    cv::Mat alpha;  ///< CV_8UC1, coverage of mask and straps.
    cv::Mat body;   ///< CV_8UC1, coverage of the mask without straps.
  };
  std::vector<Level> levels;           ///< From large to small.
  std::array<cv::Point2f, 6> anchors;  ///< In pixels of the file, on the body.
};

/// The views of one photographed mask.
struct TemplateFamily {
  std::string name;
  MaskTemplate front;
  MaskTemplate left;   ///< Worn by a head turned to the image's left.
  MaskTemplate right;  ///< Worn by a head turned to the image's right.
};

/// Loads the masks listed in `folder`/templates.csv.
/// @throws std::runtime_error when the table or an image is missing or malformed.
std::vector<TemplateFamily> load_templates(const std::filesystem::path& folder);

/// Loads all images under `folder`/textures, CV_8UC3 RGB; empty when there is no such folder.
std::vector<cv::Mat> load_cloths(const std::filesystem::path& folder);

/// Warps the view that suits the head's orientation onto the surface's anchors, often in another
/// color.
MaskLayer wear_template(const TemplateFamily& family, const MaskSurface& surface,
                        const FaceFrame& frame, const cv::Rect& area,
                        const std::vector<cv::Mat>& cloths, Random& random);

}  // namespace demask::synthesis

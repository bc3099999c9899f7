// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Bare faces of reference photos.

#include <opencv2/core.hpp>
#include <optional>
#include <string>

#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::pipeline {

/// What was found in a reference photo.
struct Reference {
  ImageView photo;
  std::optional<int> face_index;  ///< As in ReferencePhoto.
  Landmarks landmarks;  ///< Of its bare face, in pixels of the photo; empty if it cannot be used.
  std::string reason;   ///< Why it cannot be used, in one English sentence.
};

/// The bare face of a reference, brought into the canonical square of a masked face.
struct ReferenceFace {
  cv::Mat rgb;          ///< CV_8UC3, of the square's size.
  cv::Mat coverage;     ///< CV_8UC1: 255 where the reference photo has pixels.
  Landmarks landmarks;  ///< 68 points in pixels of the square.
};

}  // namespace demask::pipeline

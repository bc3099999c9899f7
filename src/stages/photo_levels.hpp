// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A photo at several sizes.

#include <opencv2/core.hpp>
#include <vector>

#include "demask/image.hpp"

namespace demask::stages {

/// A photo at one size.
struct PhotoLevel {
  ImageView pixels;    ///< In the format of the photo.
  double scale = 1.0;  ///< Pixels of this level per pixel of the photo.
};

/// A photo and its halvings by area averages (Burt and Adelson 1983), each made from the one
/// before, while the longer side is at least `min_side`. A last odd row or column is left out.
class PhotoLevels {
 public:
  /// The photo's pixels must outlive the object.
  PhotoLevels(const ImageView& photo, int min_side);

  /// The photo itself first.
  const std::vector<PhotoLevel>& all() const noexcept { return levels_; }
  /// The smallest level whose longer side is at least `side`, or else the photo itself.
  const PhotoLevel& at_least(int side) const;

 private:
  std::vector<PhotoLevel> levels_;
  std::vector<cv::Mat> halvings_;  // The pixels of all levels but the photo itself.
};

}  // namespace demask::stages

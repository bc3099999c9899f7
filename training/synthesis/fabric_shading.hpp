// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Light and shadow on the fabric of procedural masks.

#include <opencv2/core.hpp>

#include "synthesis/mask_shape.hpp"
#include "synthesis/random.hpp"

namespace demask::synthesis {

/// Light and shadow from folds, seams, shape and yarn: a factor for each pixel, CV_32FC1.
///
/// @param size of the flat mask in pixels.
/// @param light direction in the image plane that the light comes from, length 0 ... 1.
cv::Mat shade_cloth(Cut cut, cv::Size size, cv::Point2f light, Random& random);

}  // namespace demask::synthesis

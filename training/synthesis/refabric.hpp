// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Replaces the fabric of masks in real photos.

#include <opencv2/core.hpp>
#include <vector>

#include "synthesis/random.hpp"

namespace demask::synthesis {

/// Replaces the fabric of a real mask: its color and print change; its outline, lighting and folds
/// stay.
///
/// @param rgb CV_8UC3, RGB; changed in place, only near the mask.
/// @param mask CV_8UC1 of the same size, 255 on the mask.
/// @param cloths photographed fabrics (CV_8UC3, RGB) to choose from in addition to drawn patterns.
void replace_fabric(cv::Mat& rgb, const cv::Mat& mask, const std::vector<cv::Mat>& cloths,
                    Random& random);

}  // namespace demask::synthesis

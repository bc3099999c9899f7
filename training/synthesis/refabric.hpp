#pragma once

/// @file
/// Gives masks in real photos another fabric.

#include <opencv2/core.hpp>
#include <vector>

#include "synthesis/random.hpp"

namespace demask::synthesis {

/// Gives a mask that is really worn another fabric: its outline and the light and folds on it stay,
/// its color and print change.
///
/// @param rgb CV_8UC3; changed in place, near the mask only.
/// @param mask CV_8UC1 of the same size, 255 on the mask.
/// @param cloths photographed fabrics (CV_8UC3, RGB) to choose from besides drawn patterns.
void replace_fabric(cv::Mat& rgb, const cv::Mat& mask, const std::vector<cv::Mat>& cloths,
                    Random& random);

}  // namespace demask::synthesis

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Keeps faces of black-and-white photos black and white.

#include <opencv2/core.hpp>

namespace demask::stages {

/// How colorful the known pixels of a face are: from 0 (black and white) to 1 (color).
/// @param rgb    CV_8UC3.
/// @param known  CV_8UC1 of the same size, nonzero for known pixels.
double color_share(const cv::Mat& rgb, const cv::Mat& known);

/// `painted` as colorful as the known pixels of the face: unchanged if these have color, gray if
/// they have none.
/// @param painted, face  RGB, CV_8UC3, of any sizes.
/// @param known          CV_8UC1 of the size of `face`, nonzero for known pixels.
cv::Mat as_colorful_as(const cv::Mat& face, const cv::Mat& known, const cv::Mat& painted);

}  // namespace demask::stages

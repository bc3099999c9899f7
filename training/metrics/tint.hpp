// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// How far the color of painted skin is from that of the visible skin.

#include <opencv2/core.hpp>
#include <optional>

namespace demask::training {

/// The distance, in the a-b plane of CIELAB (CIE 1976, D65), between the mean colors of two parts
/// of a picture; nothing if a part has no pixels.
/// @param rgb  CV_8UC3. @param painted, visible  CV_8UC1 of the same size, nonzero inside.
/// @throws Error invalid_argument for other types or unequal sizes.
std::optional<double> color_distance(const cv::Mat& rgb, const cv::Mat& painted,
                                     const cv::Mat& visible);

}  // namespace demask::training

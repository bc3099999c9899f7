// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Gives generated pixels the color and the light of the photo that they continue.

#include <opencv2/core.hpp>

namespace demask::imaging {

/// The generated picture in the colors of the photo. Each channel gets the gain and the offset that
/// bring it closest to the photo where both show the same part of the face (least squares, with
/// pixels that differ much counted less: Huber 1964). What is left of the difference, smoothed over
/// an eighth of the side, continues into the rest and fades out with the distance: a shadow that
/// falls on the visible cheek goes on.
/// @param generated, photo  RGB, CV_8UC3, square, of the same size and alignment.
/// @param weight            CV_32FC1, from 0 to 1: how much each pixel counts, 0 where the photo
/// does
///                          not show the face.
cv::Mat match_color(const cv::Mat& generated, const cv::Mat& photo, const cv::Mat& weight);

}  // namespace demask::imaging

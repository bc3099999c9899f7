// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Gives generated pixels the sharpness of the photo that they continue.

#include <opencv2/core.hpp>

namespace demask::imaging {

/// The fine detail of a picture: the root mean square of its Laplacian of Gaussian at a standard
/// deviation of 1 pixel, in levels, over the pixels where `counted` is not 0.
/// @param gray     CV_8UC1.
/// @param counted  CV_8UC1, of the same size.
double fine_detail(const cv::Mat& gray, const cv::Mat& counted);

/// The generated picture, blurred or sharpened as a whole so that it is as detailed as the photo
/// where both show the same: a generator paints sharp faces, but a photo may be out of focus,
/// compressed or enlarged. Returned unchanged if too few pixels are visible to compare.
/// @param generated, photo  RGB, CV_8UC3, of the same size and alignment.
/// @param visible           CV_8UC1: not 0 where both show the same part of the face.
cv::Mat match_detail(const cv::Mat& generated, const cv::Mat& photo, const cv::Mat& visible);

}  // namespace demask::imaging

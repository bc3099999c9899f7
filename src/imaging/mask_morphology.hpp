#pragma once

/// @file
/// From a probability map to the hole that is painted.

#include <opencv2/core.hpp>

namespace demask::imaging {

/// The pixels whose probability is at least `threshold` as 0/255 (CV_8UC1), closed over gaps of
/// `closing` pixels, with islands smaller than a tenth of the largest part removed and holes
/// filled. `probability` is CV_32FC1.
cv::Mat clean_mask(const cv::Mat& probability, float threshold, int closing);

/// The mask grown by `radius` pixels with a round brush; 0 leaves it as it is.
cv::Mat dilate_mask(const cv::Mat& mask, int radius);

}  // namespace demask::imaging

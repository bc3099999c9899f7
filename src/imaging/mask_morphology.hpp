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

/// The pixels that are a strap, as 0/255 (CV_8UC1): where the probability of a strap is at least
/// `threshold`, or where the segmenter wavers between strap and mask: neither reaches it, and both
/// together do. Both are CV_32FC1 and of one size.
cv::Mat strap_pixels(const cv::Mat& mask, const cv::Mat& strap, float threshold);

/// Over which gaps straps belong together, as a fraction of the canonical side.
constexpr double strap_gap = 0.032;

/// The hole with the straps that leave it, grown by `width` pixels; a strap may be broken by `gap`
/// pixels on either side (at least `width`). Straps that never reach the hole are left out.
/// CV_8UC1, 0/255.
cv::Mat with_straps(const cv::Mat& hole, const cv::Mat& straps, int width, int gap);

}  // namespace demask::imaging

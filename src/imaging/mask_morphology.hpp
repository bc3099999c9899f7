// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Turns a probability map into the hole that is painted.

#include <opencv2/core.hpp>

namespace demask::imaging {

/// The mask, as 0/255 (CV_8UC1): the pixels whose probability (CV_32FC1) is at least `threshold`,
/// closed over gaps of `closing` pixels, without islands smaller than a tenth of the largest part,
/// and with enclosed gaps filled.
cv::Mat clean_mask(const cv::Mat& probability, float threshold, int closing);

/// The mask grown by `radius` pixels with a round brush; a radius of 0 leaves it unchanged.
cv::Mat dilate_mask(const cv::Mat& mask, int radius);

/// The strap pixels, as 0/255 (CV_8UC1): those whose strap probability is at least `threshold`, and
/// those where the segmenter wavers between strap and mask, so that only the sum of the two
/// probabilities reaches `threshold`. Both maps are CV_32FC1 and of equal size.
cv::Mat strap_pixels(const cv::Mat& mask, const cv::Mat& strap, float threshold);

/// Width of the gaps across which pieces count as one strap, as a fraction of the canonical side.
constexpr double strap_gap = 0.032;

/// The hole plus the straps that leave it, the straps grown by `width` pixels. Pieces of a strap
/// are joined if they touch when each is grown by `gap` pixels (at least `width`). Straps that do
/// not reach the hole are left out. CV_8UC1, 0/255.
cv::Mat with_straps(const cv::Mat& hole, const cv::Mat& straps, int width, int gap);

}  // namespace demask::imaging

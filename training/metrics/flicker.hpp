#pragma once

/// @file
/// Flicker of what is painted between two frames.

#include <opencv2/core.hpp>
#include <optional>

#include "demask/geometry.hpp"

namespace demask::training {

/// The mean absolute difference in levels between two frames of which the earlier is moved to where
/// the camera sees it in the later, over the pixels that lie in the masks of both.
/// @param before, after            CV_8UC3.
/// @param mask_before, mask_after  CV_8UC1 of the same size, not zero inside.
/// @param motion  from pixels of `before` to pixels of `after`.
/// @returns nothing if the masks share no pixel.
std::optional<double> flicker(const cv::Mat& before, const cv::Mat& mask_before,
                              const cv::Mat& after, const cv::Mat& mask_after,
                              const Similarity& motion);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Measures how much painted regions flicker between two frames.

#include <opencv2/core.hpp>
#include <optional>

#include "demask/geometry.hpp"

namespace demask::training {

/// The mean absolute difference, in levels, between the later frame and the earlier one warped by
/// the camera motion, over the pixels that lie in both masks.
/// @param before, after            CV_8UC3.
/// @param mask_before, mask_after  CV_8UC1 of the frames' size, nonzero inside.
/// @param motion  maps pixels of `before` to pixels of `after`.
/// @returns nothing if the masks share no pixel.
std::optional<double> flicker(const cv::Mat& before, const cv::Mat& mask_before,
                              const cv::Mat& after, const cv::Mat& mask_after,
                              const Similarity& motion);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Warps a face inside a hole so that its landmarks move to given positions.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"

namespace demask::training {

/// Warps a face inside a hole so that its landmarks move to `wanted`. The warp fades toward the rim
/// of the hole; nothing changes outside it.
/// @param rgb CV_8UC3, a canonical face; @param hole CV_8UC1 of its size, not 0 inside.
/// @param landmarks,wanted 68 points each, in pixels of `rgb`. Brows and eyes, which no mask hides,
///   stay in place.
cv::Mat bend_to_landmarks(const cv::Mat& rgb, const cv::Mat& hole, const Landmarks& landmarks,
                          const Landmarks& wanted);

}  // namespace demask::training

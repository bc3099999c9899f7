#pragma once

/// @file
/// Warps a face to other landmarks within a hole.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"

namespace demask::training {

/// Bends a face within a hole so that its landmarks come to lie on others: the face that those
/// others describe. Toward the rim of the hole the bend fades; outside of it nothing changes.
/// @param rgb CV_8UC3, a canonical face; @param hole CV_8UC1 of its size, not 0 inside.
/// @param landmarks,wanted 68 each, in pixels of `rgb`. Brows and eyes, which no mask hides, stay.
cv::Mat bend_to_landmarks(const cv::Mat& rgb, const cv::Mat& hole, const Landmarks& landmarks,
                          const Landmarks& wanted);

}  // namespace demask::training

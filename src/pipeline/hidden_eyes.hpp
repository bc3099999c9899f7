// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Masks worn over the eyes, which no inpainter can paint.

#include <opencv2/core.hpp>
#include <optional>

#include "demask/geometry.hpp"

namespace demask::pipeline {

/// How much of the eyes a mask covers.
struct HiddenEyes {
  std::size_t covered = 0;  ///< Of the 12 points of the eyes.
  std::size_t of_one = 0;   ///< Of the 6 points of the eye that is covered more.
  float confidence = 1.0F;  ///< Mean of the 12 points; 1 if the set has no confidences.
};

/// How many points of an eye a mask may cover, and how many of both eyes if the points' mean
/// confidence is below `sure_eyes`: where a mask hides the eyes, the points found for them lie
/// beside it and are uncertain.
inline constexpr std::size_t max_covered_of_eye = 4;
inline constexpr std::size_t max_covered_if_unsure = 1;
inline constexpr float sure_eyes = 0.75F;

/// What the worn mask (CV_8UC1, 0 or not, of the canonical square) covers of the eyes if that is
/// too much; nothing if the eyes are visible.
std::optional<HiddenEyes> hidden_eyes(const cv::Mat& mask, const Landmarks& canonical);

}  // namespace demask::pipeline

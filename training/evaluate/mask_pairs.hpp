// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Pairs of a picture with and without a mask.

#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "evaluate/evaluation.hpp"

namespace demask::training {

/// A row of pairs/index.csv.
struct MaskPair {
  std::filesystem::path masked;
  std::filesystem::path bare;
  std::string worn;  ///< How the mask is worn, without spaces, such as "nose_free".
};

/// The pairs of the evaluated split; with a limit, a subset spread evenly over them.
/// @throws Error unreadable_file, invalid_argument (malformed table, or no pair in the split).
std::vector<MaskPair> read_mask_pairs(const EvaluationOptions& options);

/// The pixels that a mask covers, from the difference of the two pictures: the largest difference
/// of the three channels, smoothed at a sigma of 1.5 pixels, exceeds 25 levels; gaps are
/// closed with a brush of 4 pixels' radius, and only the largest part is kept, its holes filled.
/// CV_8UC1, 0 or 255.
/// @param masked, bare  CV_8UC3 of the same size.
/// @throws Error invalid_argument for other images.
cv::Mat mask_of_pair(const cv::Mat& masked, const cv::Mat& bare);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Checks probability maps and views them as matrices.

#include <opencv2/core.hpp>

#include "demask/segmenter.hpp"

namespace demask::stages {

/// Whether the map has pixels and one value for each.
bool is_whole(const ProbabilityMap& map);

/// A CV_32FC1 matrix over the values of a whole map, without a copy. Do not write to it.
cv::Mat as_mat(const ProbabilityMap& map);
/// Deleted for temporaries: the matrix would outlive the values.
cv::Mat as_mat(const ProbabilityMap&& map) = delete;

}  // namespace demask::stages

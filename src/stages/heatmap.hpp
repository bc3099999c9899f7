// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finds the peak of a heatmap.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"

namespace demask::stages {

/// The highest point of a heatmap.
struct Peak {
  Point position;       ///< In fractions of the map's sides, from its top left corner.
  float height = 0.0F;  ///< Clamped to [0, 1].
};

/// The highest cell of a heatmap (CV_32FC1, not empty), refined on each axis to the vertex of the
/// parabola through the logarithms of the cell and its two neighbors. For a Gaussian, on which
/// heatmap networks are trained, that is the exact center.
Peak find_peak(const cv::Mat& heatmap);

}  // namespace demask::stages

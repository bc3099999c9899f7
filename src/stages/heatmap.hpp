#pragma once

/// @file
/// Reading a point from a heatmap.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"

namespace demask::stages {

/// Where a heatmap is highest.
struct Peak {
  Point position;       ///< Fractions of the map's sides, from its top left corner.
  float height = 0.0F;  ///< Clamped to [0, 1].
};

/// The highest cell of a heatmap (CV_32FC1, not empty), refined by the vertex of the parabola
/// through the logarithms of the cell and its two neighbours on each axis. For a Gaussian, as
/// heatmap networks are trained on, that is its exact centre.
Peak find_peak(const cv::Mat& heatmap);

}  // namespace demask::stages

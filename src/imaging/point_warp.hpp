// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Moves the pixels of a square so that given points come to lie at others.

#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"

namespace demask::imaging {

/// A piecewise affine warp of a square onto itself: within each triangle of the Delaunay
/// triangulation of the points where pixels shall lie, pixels are taken from the triangle of the
/// points where they come from. Pixels far outside of the points stay where they are.
class PointWarp {
 public:
  /// @param from, to  As many points each, in pixels of a square of `side` pixels. Points that lie
  ///                  far beyond the square do not count, nor do points of `to` that coincide with
  ///                  an earlier one.
  PointWarp(const std::vector<Point>& from, const std::vector<Point>& to, int side);

  /// The moved pixels (any 8-bit or float type, `side` x `side`), interpolated bilinearly.
  /// @param border  What lies outside the square: a border type of OpenCV.
  cv::Mat apply(const cv::Mat& square, int border) const;

 private:
  cv::Mat sources_;  // CV_32FC2: where each pixel comes from.
};

}  // namespace demask::imaging

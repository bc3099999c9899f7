// SPDX-License-Identifier: Apache-2.0
#include "stages/heatmap.hpp"

#include <algorithm>
#include <cmath>

namespace demask::stages {
namespace {

// Offset in [-0.5, 0.5] of the parabola's vertex from the middle cell, the highest of the three.
float vertex(float before, float middle, float after) {
  constexpr float floor = 1e-6F;
  const float left = std::log(std::max(before, floor));
  const float center = std::log(std::max(middle, floor));
  const float right = std::log(std::max(after, floor));
  const float curvature = 2.0F * center - left - right;
  return curvature > 0.0F ? std::clamp(0.5F * (right - left) / curvature, -0.5F, 0.5F) : 0.0F;
}

}  // namespace

Peak find_peak(const cv::Mat& heatmap) {
  double height = 0.0;
  cv::Point cell;
  cv::minMaxLoc(heatmap, nullptr, &height, nullptr, &cell);
  const auto at = [&](int x, int y) { return heatmap.at<float>(y, x); };
  float x = static_cast<float>(cell.x) + 0.5F;
  float y = static_cast<float>(cell.y) + 0.5F;
  if (cell.x > 0 && cell.x + 1 < heatmap.cols) {
    x += vertex(at(cell.x - 1, cell.y), at(cell.x, cell.y), at(cell.x + 1, cell.y));
  }
  if (cell.y > 0 && cell.y + 1 < heatmap.rows) {
    y += vertex(at(cell.x, cell.y - 1), at(cell.x, cell.y), at(cell.x, cell.y + 1));
  }
  return {{x / static_cast<float>(heatmap.cols), y / static_cast<float>(heatmap.rows)},
          static_cast<float>(std::clamp(height, 0.0, 1.0))};
}

}  // namespace demask::stages

// SPDX-License-Identifier: Apache-2.0
#include "samples/landmark_warp.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <opencv2/imgproc.hpp>

#include "samples/landmark_noise.hpp"

namespace demask::training {
namespace {

// Side of the grid on which the warp is computed.
constexpr int grid = 32;
// Reach of a landmark, and the width over which the warp fades at the rim: fractions of the side.
constexpr float reach = 0.07F;
constexpr float fade = 0.06F;
// Weight of staying in place, relative to that of a landmark at distance 0.
constexpr float inertia = 0.05F;

// The offset in pixels from each node of the grid to the pixel that it takes its color from: the
// mean shift of the landmarks around it, weighted by a Gaussian of their distance.
cv::Mat coarse_shifts(int side, const Landmarks& landmarks, const Landmarks& wanted) {
  cv::Mat shifts(grid, grid, CV_32FC2);
  const float step = static_cast<float>(side) / static_cast<float>(grid);
  const float falloff = -0.5F / (reach * reach * static_cast<float>(side * side));
  for (int row = 0; row < grid; ++row) {
    for (int column = 0; column < grid; ++column) {
      const Point node{(static_cast<float>(column) + 0.5F) * step - 0.5F,
                       (static_cast<float>(row) + 0.5F) * step - 0.5F};
      float weights = inertia;
      cv::Vec2f shift(0.0F, 0.0F);
      for (std::size_t i = 0; i < wanted.points.size(); ++i) {
        const Point& to = wanted.points[i];
        const float dx = to.x - node.x;
        const float dy = to.y - node.y;
        const float weight = std::exp(falloff * (dx * dx + dy * dy));
        weights += weight;
        if (!is_under_mask(i)) {
          continue;
        }
        shift += weight * cv::Vec2f(landmarks.points[i].x - to.x, landmarks.points[i].y - to.y);
      }
      shifts.at<cv::Vec2f>(row, column) = shift / weights;
    }
  }
  return shifts;
}

}  // namespace

cv::Mat bend_to_landmarks(const cv::Mat& rgb, const cv::Mat& hole, const Landmarks& landmarks,
                          const Landmarks& wanted) {
  const int side = rgb.cols;
  cv::Mat shifts;
  cv::resize(coarse_shifts(side, landmarks, wanted), shifts, rgb.size(), 0.0, 0.0,
             cv::INTER_LINEAR);
  cv::Mat depth;
  cv::distanceTransform(hole, depth, cv::DIST_L2, cv::DIST_MASK_5);
  const float width = fade * static_cast<float>(side);
  shifts.forEach<cv::Vec2f>([&depth, width](cv::Vec2f& shift, const int* at) {
    const float share = std::min(depth.at<float>(at[0], at[1]) / width, 1.0F);
    shift = cv::Vec2f(static_cast<float>(at[1]), static_cast<float>(at[0])) + share * shift;
  });
  cv::Mat bent;
  cv::remap(rgb, bent, shifts, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return bent;
}

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#include "losses/heatmap_targets.hpp"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/preprocess.hpp"

namespace demask::training {
namespace {

// Lines are drawn at a higher resolution, so that their position is not rounded to a cell.
constexpr int fineness = 4;

at::Tensor profile(const at::Tensor& squared_distance) {
  const double limit = 3.0 * heatmap_sigma;
  const at::Tensor gaussian = at::exp(squared_distance / (-2.0 * heatmap_sigma * heatmap_sigma));
  return at::where(squared_distance <= limit * limit, gaussian, at::zeros_like(gaussian));
}

// Distance of each cell from the face's lines, in cells.
cv::Mat distance_from_lines(const at::TensorAccessor<float, 2>& points, int side) {
  const int fine = fineness * side;
  Landmarks landmarks;
  for (std::int64_t k = 0; k < points.size(0); ++k) {
    landmarks.points.push_back({points[k][0] * static_cast<float>(fine) - 0.5F,
                                points[k][1] * static_cast<float>(fine) - 0.5F});
  }
  const cv::Mat off_line = imaging::draw_landmark_map(landmarks, fine) < 128;
  cv::Mat distance;
  cv::distanceTransform(off_line, distance, cv::DIST_L2, cv::DIST_MASK_5);
  cv::Mat cells;
  cv::resize(distance, cells, {side, side}, 0.0, 0.0, cv::INTER_AREA);
  return cells / fineness;
}

}  // namespace

at::Tensor landmark_heatmaps(const at::Tensor& points, std::int64_t side) {
  const at::Tensor cells = at::arange(side, points.options()) + 0.5;
  const at::Tensor scaled = points * static_cast<double>(side);
  const at::Tensor dx = (cells - scaled.select(2, 0).unsqueeze(2)).square().unsqueeze(2);
  const at::Tensor dy = (cells - scaled.select(2, 1).unsqueeze(2)).square().unsqueeze(3);
  return profile(dx + dy);
}

at::Tensor boundary_heatmap(const at::Tensor& points, std::int64_t side) {
  const at::Tensor distance = at::empty({points.size(0), 1, side, side});
  const at::Tensor held = points.contiguous();
  const auto each = held.accessor<float, 3>();
  for (std::int64_t i = 0; i < points.size(0); ++i) {
    const cv::Mat target(static_cast<int>(side), static_cast<int>(side), CV_32FC1,
                         distance[i].data_ptr<float>());
    distance_from_lines(each[i], static_cast<int>(side)).copyTo(target);
  }
  return profile(distance.square());
}

}  // namespace demask::training

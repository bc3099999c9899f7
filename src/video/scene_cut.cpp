// SPDX-License-Identifier: Apache-2.0
#include "video/scene_cut.hpp"

#include <array>
#include <cstdlib>
#include <opencv2/imgproc.hpp>

#include "imaging/mat.hpp"

namespace demask::video {
namespace {

const cv::Size thumbnail_size(48, 36);
// Two frames are different scenes from this mean absolute difference of levels and this
// color_change() on.
constexpr double min_difference = 20.0;
constexpr double min_color_change = 0.3;

cv::Mat thumbnail_of(const ImageView& frame) {
  // A thumbnail does not need every pixel of the frame.
  constexpr int samples = 4;
  const int step_x = std::max(1, frame.width / (samples * thumbnail_size.width));
  const int step_y = std::max(1, frame.height / (samples * thumbnail_size.height));
  cv::Mat sampled;
  cv::resize(imaging::as_mat(frame), sampled, {frame.width / step_x, frame.height / step_y}, 0.0,
             0.0, cv::INTER_NEAREST);
  const cv::Mat rgb = imaging::to_rgb(imaging::as_view(sampled, frame.format));
  cv::Mat thumbnail;
  cv::resize(rgb, thumbnail, thumbnail_size, 0.0, 0.0, cv::INTER_AREA);
  return thumbnail;
}

// The fraction of values by which two histograms differ, in [0, 1], averaged over the channels.
double color_change(const cv::Mat& a, const cv::Mat& b) {
  constexpr int bins = 16;
  std::array<std::array<int, bins>, 3> difference{};
  for (int y = 0; y < a.rows; ++y) {
    for (int x = 0; x < a.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        auto& channel = difference[static_cast<std::size_t>(c)];
        ++channel[a.at<cv::Vec3b>(y, x)[c] * bins / 256];
        --channel[b.at<cv::Vec3b>(y, x)[c] * bins / 256];
      }
    }
  }
  int sum = 0;
  for (const auto& channel : difference) {
    for (const int count : channel) {
      sum += std::abs(count);
    }
  }
  return sum / (2.0 * 3.0 * static_cast<double>(a.total()));
}

}  // namespace

bool SceneCutDetector::is_cut(const ImageView& frame) {
  const cv::Mat before = thumbnail_;
  thumbnail_ = thumbnail_of(frame);
  if (before.empty()) {
    return false;
  }
  const double difference =
      cv::norm(thumbnail_, before, cv::NORM_L1) / static_cast<double>(thumbnail_.total() * 3);
  return difference >= min_difference && color_change(thumbnail_, before) >= min_color_change;
}

}  // namespace demask::video

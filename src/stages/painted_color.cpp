// SPDX-License-Identifier: Apache-2.0
#include "stages/painted_color.hpp"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

namespace demask::stages {
namespace {

// Mean difference between the largest and smallest channel, in levels: below the first a picture
// has no color except noise; above the second it is a color picture.
constexpr double colorless = 2.0;
constexpr double colored = 4.0;

}  // namespace

double color_share(const cv::Mat& rgb, const cv::Mat& known) {
  if (cv::countNonZero(known) == 0) {
    return 1.0;
  }
  std::array<cv::Mat, 3> channels;
  cv::split(rgb, channels.data());
  cv::Mat low;
  cv::Mat high;
  cv::min(channels[0], channels[1], low);
  cv::min(low, channels[2], low);
  cv::max(channels[0], channels[1], high);
  cv::max(high, channels[2], high);
  const double difference = cv::mean(high - low, known)[0];
  return std::clamp((difference - colorless) / (colored - colorless), 0.0, 1.0);
}

cv::Mat as_colorful_as(const cv::Mat& face, const cv::Mat& known, const cv::Mat& painted) {
  const double share = color_share(face, known);
  if (share >= 1.0) {
    return painted;
  }
  cv::Mat gray;
  cv::cvtColor(painted, gray, cv::COLOR_RGB2GRAY);
  cv::cvtColor(gray, gray, cv::COLOR_GRAY2RGB);
  cv::Mat mixed;  // Not in place: the caller keeps its pixels.
  cv::addWeighted(painted, share, gray, 1.0 - share, 0.0, mixed);
  return mixed;
}

}  // namespace demask::stages

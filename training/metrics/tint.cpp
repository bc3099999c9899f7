// SPDX-License-Identifier: Apache-2.0
#include "metrics/tint.hpp"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "demask/error.hpp"

namespace demask::training {

std::optional<double> color_distance(const cv::Mat& rgb, const cv::Mat& painted,
                                     const cv::Mat& visible) {
  if (rgb.type() != CV_8UC3 || painted.type() != CV_8UC1 || visible.type() != CV_8UC1 ||
      painted.size() != rgb.size() || visible.size() != rgb.size()) {
    throw Error(ErrorCode::invalid_argument,
                "color_distance: takes an RGB image and two masks of its size; convert them");
  }
  if (cv::countNonZero(painted) == 0 || cv::countNonZero(visible) == 0) {
    return std::nullopt;
  }
  cv::Mat lab;
  rgb.convertTo(lab, CV_32F, 1.0 / 255.0);
  cv::cvtColor(lab, lab, cv::COLOR_RGB2Lab);
  const cv::Scalar difference = cv::mean(lab, painted) - cv::mean(lab, visible);
  return std::hypot(difference[1], difference[2]);
}

}  // namespace demask::training

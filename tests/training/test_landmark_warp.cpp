// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "samples/landmark_warp.hpp"

using demask::Landmarks;
using demask::training::bend_to_landmarks;

namespace {

constexpr int side = 128;
const cv::Point mouth(64, 92);

/// Jaw, nose and mouth on an ellipse around the mouth, brows and eyes far above it.
Landmarks face() {
  Landmarks landmarks;
  for (int i = 0; i < 68; ++i) {
    const auto angle = static_cast<float>(i);
    const bool is_seen = (i >= 17 && i < 27) || (i >= 36 && i < 48);
    landmarks.points.push_back(
        {64.0F + 12.0F * std::cos(angle), (is_seen ? 30.0F : 92.0F) + 8.0F * std::sin(angle)});
  }
  return landmarks;
}

Landmarks shifted(const Landmarks& landmarks, float down) {
  Landmarks result = landmarks;
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const bool is_hidden = i < 17 || (i >= 27 && i < 36) || i >= 48;
    if (is_hidden) result.points[i].y += down;
  }
  return result;
}

cv::Mat photo() {
  cv::Mat rgb(side, side, CV_8UC3);
  cv::randu(rgb, 0, 60);
  cv::circle(rgb, mouth, 6, cv::Scalar::all(250), cv::FILLED);
  return rgb;
}

cv::Mat lower_half() {
  cv::Mat hole = cv::Mat::zeros(side, side, CV_8UC1);
  hole(cv::Rect(16, 60, 96, 64)).setTo(255);
  return hole;
}

/// The mean row of the bright pixels.
double bright_row(const cv::Mat& rgb) {
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  const cv::Moments moments = cv::moments(gray > 150, true);
  return moments.m01 / moments.m00;
}

}  // namespace

TEST_CASE("pixels at a landmark move with it", "[landmark_warp]") {
  const Landmarks truth = face();
  const cv::Mat rgb = photo();
  for (const float down : {-5.0F, 3.0F, 6.0F}) {
    const cv::Mat bent = bend_to_landmarks(rgb, lower_half(), truth, shifted(truth, down));
    CHECK(bright_row(bent) - bright_row(rgb) == Approx(static_cast<double>(down)).margin(0.8));
  }
}

TEST_CASE("a warp changes nothing outside the hole", "[landmark_warp]") {
  const Landmarks truth = face();
  const cv::Mat rgb = photo();
  const cv::Mat hole = lower_half();
  const cv::Mat bent = bend_to_landmarks(rgb, hole, truth, shifted(truth, 6.0F));
  cv::Mat difference;
  cv::absdiff(rgb, bent, difference);
  difference.setTo(cv::Scalar::all(0), hole);
  CHECK(cv::norm(difference, cv::NORM_INF) == 0.0);
}

TEST_CASE("landmarks that do not move warp nothing", "[landmark_warp]") {
  const cv::Mat rgb = photo();
  const cv::Mat bent = bend_to_landmarks(rgb, lower_half(), face(), face());
  CHECK(cv::norm(rgb, bent, cv::NORM_INF) == 0.0);
}

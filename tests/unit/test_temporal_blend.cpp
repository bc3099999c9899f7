// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "imaging/temporal_blend.hpp"

using demask::imaging::blend_over_time;
using demask::imaging::gain_of;

namespace {

cv::Mat levels(double value, int type = CV_32FC1) { return {32, 32, type, cv::Scalar::all(value)}; }

}  // namespace

TEST_CASE("Differences within the noise are averaged with the gain", "[temporal_blend]") {
  const cv::Mat result = blend_over_time(levels(100), levels(108), {}, {0.25, 10.0, 40.0});
  CHECK(result.at<float>(16, 16) == Approx(102.0));
  const cv::Mat colour =
      blend_over_time(levels(100, CV_32FC3), levels(108, CV_32FC3), {}, {0.25, 10.0, 40.0});
  CHECK(colour.at<cv::Vec3f>(3, 4)[2] == Approx(102.0));
}

TEST_CASE("Clear differences are taken over at once", "[temporal_blend]") {
  const cv::Mat result = blend_over_time(levels(100), levels(150), {}, {0.25, 10.0, 40.0});
  CHECK(result.at<float>(16, 16) == Approx(150.0));
  // Halfway between noise and change, the weight is halfway between gain and 1.
  const cv::Mat between = blend_over_time(levels(100), levels(125), {}, {0.2, 10.0, 40.0});
  CHECK(between.at<float>(16, 16) == Approx(100.0 + 0.6 * 25.0));
}

TEST_CASE("Only the part that changes is taken over", "[temporal_blend]") {
  cv::Mat current = levels(104);
  current.colRange(16, 32).setTo(200.0);
  const cv::Mat result = blend_over_time(levels(100), current, {}, {0.25, 10.0, 40.0});
  CHECK(result.at<float>(16, 2) == Approx(101.0));
  CHECK(result.at<float>(16, 28) == Approx(200.0));
}

TEST_CASE("Noise without a common sign is not a change", "[temporal_blend]") {
  cv::Mat current(33, 33, CV_32FC1);
  for (int y = 0; y < current.rows; ++y) {
    for (int x = 0; x < current.cols; ++x) {
      current.at<float>(y, x) = (x + y) % 2 == 0 ? 130.0F : 70.0F;
    }
  }
  const cv::Mat memory(33, 33, CV_32FC1, cv::Scalar(100.0));
  const cv::Mat result = blend_over_time(memory, current, {}, {0.1, 10.0, 40.0});
  CHECK(result.at<float>(16, 16) == Approx(103.0));
}

TEST_CASE("Without memory the current picture is taken", "[temporal_blend]") {
  cv::Mat valid(32, 32, CV_8UC1, cv::Scalar(255));
  valid.rowRange(0, 16).setTo(0);
  const cv::Mat result = blend_over_time(levels(100), levels(108), valid, {0.25, 10.0, 40.0});
  CHECK(result.at<float>(4, 4) == Approx(108.0));
  CHECK(result.at<float>(28, 4) == Approx(102.0));
}

TEST_CASE("Planes are blended like the channels of one picture", "[temporal_blend]") {
  const auto noisy = [](int seed) {
    cv::Mat picture(40, 37, CV_32FC2);
    cv::RNG(static_cast<std::uint64_t>(seed)).fill(picture, cv::RNG::UNIFORM, 0.0, 1.0);
    cv::blur(picture, picture, {5, 5});
    std::vector<cv::Mat> planes;
    cv::split(picture, planes);
    return std::make_pair(picture, planes);
  };
  const auto [before, planes_before] = noisy(3);
  const auto [now, planes_now] = noisy(4);
  const demask::imaging::TemporalBlendOptions options{0.3, 0.02, 0.1};
  std::vector<cv::Mat> expected;
  cv::split(blend_over_time(before, now, {}, options), expected);
  const std::vector<cv::Mat> blended = blend_over_time(planes_before, planes_now, options);
  REQUIRE(blended.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(cv::norm(blended[i], expected[i], cv::NORM_INF) == 0.0);
    CHECK(cv::norm(blended[i], planes_now[i], cv::NORM_INF) > 0.0);
  }
}

TEST_CASE("The gain of a time constant does not depend on the frame rate", "[temporal_blend]") {
  CHECK(gain_of(0.1, 0.0) == 1.0);
  CHECK(gain_of(0.2, 0.2) == Approx(1.0 - std::exp(-1.0)));
  CHECK(gain_of(-1.0, 0.2) == 0.0);
  // Two frames forget as much as one frame of twice the duration.
  const double twice = 1.0 - (1.0 - gain_of(0.04, 0.3)) * (1.0 - gain_of(0.04, 0.3));
  CHECK(twice == Approx(gain_of(0.08, 0.3)));
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <random>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "augment/background.hpp"
#include "metrics/tint.hpp"

using namespace demask;            // NOLINT(google-build-using-namespace)
using namespace demask::training;  // NOLINT(google-build-using-namespace)

TEST_CASE("A background is replaced up to a soft edge", "[background]") {
  cv::Mat rgb(40, 40, CV_8UC3, cv::Scalar(200, 150, 125));
  cv::Mat background(40, 40, CV_8UC1, cv::Scalar(0));
  background.colRange(0, 20).setTo(255);
  replace_background(rgb, background, cv::Mat(40, 40, CV_8UC3, cv::Scalar(0, 177, 64)));
  CHECK(rgb.at<cv::Vec3b>(20, 5) == cv::Vec3b(0, 177, 64));
  CHECK(rgb.at<cv::Vec3b>(20, 34) == cv::Vec3b(200, 150, 125));
  const int edge = rgb.at<cv::Vec3b>(20, 20)[0];
  CHECK(edge > 40);
  CHECK(edge < 199);
}

TEST_CASE("Strong colors are saturated, bright, and repeat with the seed", "[background]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::mt19937_64 engine(seed);
    Random random(engine);
    const cv::Mat picture = strong_colors(32, random);
    REQUIRE(picture.size() == cv::Size(32, 32));
    cv::Mat hsv;
    cv::cvtColor(picture, hsv, cv::COLOR_RGB2HSV);
    CHECK(cv::mean(hsv)[1] > 60.0);
    std::mt19937_64 same(seed);
    Random again(same);
    CHECK(cv::norm(picture, strong_colors(32, again), cv::NORM_INF) == 0.0);
  }
}

TEST_CASE("Face and neck stay, everything beside them gets strong colors", "[background]") {
  CanonicalFace face;
  face.rgb = cv::Mat(256, 256, CV_8UC3, cv::Scalar(128, 128, 128));
  face.coverage = cv::Mat(256, 256, CV_8UC1, cv::Scalar(255));
  face.coverage.colRange(0, 8).setTo(0);
  face.landmarks = test::face_landmarks(Similarity());
  std::mt19937_64 engine(3);
  Random random(engine);
  replace_background(face, random);
  for (const cv::Point& kept : {cv::Point(128, 150), cv::Point(128, 60), cv::Point(128, 250)}) {
    CHECK(face.rgb.at<cv::Vec3b>(kept) == cv::Vec3b(128, 128, 128));
  }
  CHECK(face.rgb.at<cv::Vec3b>(100, 4) == cv::Vec3b(0, 0, 0));
  for (const cv::Point& wall : {cv::Point(14, 100), cv::Point(248, 200), cv::Point(128, 2)}) {
    const cv::Vec3b& color = face.rgb.at<cv::Vec3b>(wall);
    const auto [least, most] = std::minmax({color[0], color[1], color[2]});
    CHECK(most - least > 20);
  }
}

TEST_CASE("The color distance is that of the mean a and b", "[tint]") {
  cv::Mat rgb(20, 20, CV_8UC3, cv::Scalar(128, 128, 128));
  cv::Mat painted(20, 20, CV_8UC1, cv::Scalar(0));
  painted.rowRange(0, 10).setTo(255);
  const cv::Mat visible = ~painted;
  CHECK(color_distance(rgb, painted, visible).value() == Approx(0.0).margin(0.01));
  // Lightness does not count. OpenCV's tables give grays an a and b of up to 0.1.
  rgb.rowRange(0, 10).setTo(cv::Scalar::all(30));
  CHECK(color_distance(rgb, painted, visible).value() == Approx(0.0).margin(0.2));
  // sRGB red lies at a = 80.1, b = 67.2 (D65).
  rgb.rowRange(0, 10).setTo(cv::Scalar(255, 0, 0));
  CHECK(color_distance(rgb, painted, visible).value() == Approx(104.6).margin(0.3));
  CHECK_FALSE(color_distance(rgb, cv::Mat::zeros(20, 20, CV_8UC1), visible));
  CHECK_FALSE(color_distance(rgb, painted, cv::Mat::zeros(20, 20, CV_8UC1)));
  test::expect_error(ErrorCode::invalid_argument, "color_distance",
                     [&] { return color_distance(rgb, painted.rowRange(0, 5), visible); });
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>
#include <vector>

#include "imaging/point_warp.hpp"

using namespace demask;           // NOLINT(google-build-using-namespace)
using namespace demask::imaging;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int side = 64;

// A picture whose levels are the coordinates of its pixels.
cv::Mat coordinates() {
  cv::Mat picture(side, side, CV_32FC2);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      picture.at<cv::Vec2f>(y, x) = {static_cast<float>(x), static_cast<float>(y)};
    }
  }
  return picture;
}

const std::vector<Point> corners = {{10, 10}, {50, 12}, {48, 52}, {12, 50}, {30, 30}};

}  // namespace

TEST_CASE("Points that stay where they are move no pixel", "[point_warp]") {
  const cv::Mat moved =
      PointWarp(corners, corners, side).apply(coordinates(), cv::BORDER_REPLICATE);
  CHECK(cv::norm(moved, coordinates(), cv::NORM_INF) < 0.05);
}

TEST_CASE("Pixels at the points come from where those came from", "[point_warp]") {
  std::vector<Point> to = corners;
  to[4] = {36, 27};
  to[0] = {8, 14};
  const cv::Mat moved = PointWarp(corners, to, side).apply(coordinates(), cv::BORDER_REPLICATE);
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto& level = moved.at<cv::Vec2f>(static_cast<int>(to[i].y), static_cast<int>(to[i].x));
    CHECK(level[0] == Approx(corners[i].x).margin(0.1));
    CHECK(level[1] == Approx(corners[i].y).margin(0.1));
  }
}

TEST_CASE("Within the points a warp follows an affine transform of them", "[point_warp]") {
  std::vector<Point> to;
  for (const Point& point : corners) {
    to.push_back({0.8F * point.x + 0.1F * point.y + 3.0F, 0.9F * point.y + 2.0F});
  }
  const cv::Mat moved = PointWarp(corners, to, side).apply(coordinates(), cv::BORDER_REPLICATE);
  const Point from{28, 35};
  const Point at{0.8F * from.x + 0.1F * from.y + 3.0F, 0.9F * from.y + 2.0F};
  const auto& level = moved.at<cv::Vec2f>(cvRound(at.y), cvRound(at.x));
  CHECK(level[0] == Approx(from.x).margin(1.0));
  CHECK(level[1] == Approx(from.y).margin(1.0));
}

TEST_CASE("Points that coincide or lie far away do no harm", "[point_warp]") {
  std::vector<Point> from = corners;
  std::vector<Point> to = corners;
  from.push_back({40, 40});
  to.push_back(to.front());
  for (const float far : {-1e6F, 1e6F, std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()}) {
    from.push_back({20, 20});
    to.push_back({far, 20});
  }
  const cv::Mat moved = PointWarp(from, to, side).apply(coordinates(), cv::BORDER_REPLICATE);
  CHECK(cv::norm(moved, coordinates(), cv::NORM_INF) < 0.05);
}

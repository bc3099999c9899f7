// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

#include "synthesis/fabric.hpp"

using namespace demask::synthesis;

namespace {

const cv::Scalar red(220.0, 20.0, 20.0);

bool is_red(const cv::Vec3b& pixel) { return pixel[0] > 2 * pixel[1] && pixel[0] > 2 * pixel[2]; }

}  // namespace

TEST_CASE("a hem lies along the rims of a mask and leaves its middle") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::mt19937_64 engine(seed);
    Random random(engine);
    const Fabric hemmed = paint_fabric(Cut::surgical, {200, 120}, {}, {}, red, random);
    const bool side = is_red(hemmed.color.at<cv::Vec3b>(60, 2));
    CHECK(side == is_red(hemmed.color.at<cv::Vec3b>(60, 197)));
    const bool rim = is_red(hemmed.color.at<cv::Vec3b>(1, 100));
    CHECK(rim == is_red(hemmed.color.at<cv::Vec3b>(118, 100)));
    CHECK((side || rim));
    cv::Mat channels[3];
    cv::split(hemmed.color(cv::Rect(40, 30, 120, 60)), channels);
    cv::Mat red_pixels = (channels[0] > 200) & (channels[1] < 40) & (channels[2] < 40);
    CHECK(cv::countNonZero(red_pixels) < 120 * 60 / 10);
  }
}

TEST_CASE("hems often have the color around the mask") {
  cv::Mat photo(100, 100, CV_8UC3, cv::Scalar(30, 30, 30));
  const cv::Rect around(20, 20, 60, 60);
  photo(around) = cv::Scalar(200, 140, 110);
  cv::Mat mask(photo.size(), CV_8UC1, cv::Scalar(0));
  const cv::Rect body(35, 35, 30, 30);
  mask(body) = 255;
  photo(body) = cv::Scalar(0, 0, 255);  // pixels under the mask must not count
  std::mt19937_64 engine(7);
  Random random(engine);
  int like_skin = 0;
  constexpr int draws = 200;
  for (int i = 0; i < draws; ++i) {
    const cv::Scalar color = random_hem_color(photo, mask, random);
    const double light = (color[0] + color[1] + color[2]) / 450.0;
    like_skin += light > 0.6 && light < 1.4 && color[0] > color[2] + 20.0 ? 1 : 0;
  }
  CHECK(like_skin > draws / 2);
}

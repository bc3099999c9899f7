// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "imaging/background_color.hpp"

using demask::Landmarks;
using demask::imaging::max_color_distance;
using demask::imaging::PaleBackground;
using demask::imaging::return_background_color;
using demask::imaging::take_background_color;

namespace {

constexpr int side = 256;
const cv::Scalar skin(200, 150, 125);
const cv::Scalar yellow(240, 190, 0);
const cv::Point cheek(90, 150);
const cv::Point wall(10, 150);
const cv::Point beside_jaw(24, 180);
const cv::Point chin(128, 215);

Landmarks face() { return demask::test::face_landmarks(demask::Similarity()); }

// A face of one color before a wall of another. The face ends with its outline, as landmarks say.
cv::Mat photo_of(const cv::Scalar& wall_color) {
  cv::Mat photo(side, side, CV_8UC3, wall_color);
  std::vector<cv::Point> outline;
  const Landmarks landmarks = face();
  for (std::size_t i = 0; i <= 16; ++i) {
    outline.emplace_back(cvRound(landmarks.points[i].x), cvRound(landmarks.points[i].y));
  }
  outline.emplace_back(200, 20);
  outline.emplace_back(56, 20);
  cv::fillPoly(photo, std::vector<std::vector<cv::Point>>{outline}, skin);
  return photo;
}

// Covers the lower face and some wall beside the jaw, down to the lower side.
cv::Mat hole_of_mask() {
  cv::Mat hole(side, side, CV_8UC1, cv::Scalar(0));
  hole(cv::Rect(18, 140, 220, 116)).setTo(255);
  return hole;
}

// a and b of CIELAB.
cv::Vec2f color_at(const cv::Mat& rgb, const cv::Point& place) {
  cv::Mat pixel;
  rgb(cv::Rect(place, cv::Size(1, 1))).convertTo(pixel, CV_32F, 1.0 / 255.0);
  cv::cvtColor(pixel, pixel, cv::COLOR_RGB2Lab);
  return {pixel.at<cv::Vec3f>(0)[1], pixel.at<cv::Vec3f>(0)[2]};
}

double difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

}  // namespace

TEST_CASE("A plain wall loses its color and keeps its lightness, the face keeps both",
          "[background_color]") {
  for (const cv::Scalar& color :
       {yellow, cv::Scalar(0, 177, 64), cv::Scalar(230, 40, 200), cv::Scalar(20, 60, 200)}) {
    const cv::Mat photo = photo_of(color);
    const PaleBackground pale = take_background_color(photo, hole_of_mask(), face());
    // The color of the skin times 0 to 1 is the nearest that the wall may have.
    double nearest = 1000.0;
    for (int i = 0; i <= 100; ++i) {
      const cv::Vec2f line = color_at(photo, {128, 120}) * (0.01F * static_cast<float>(i));
      nearest = std::min(nearest, cv::norm(color_at(pale.rgb, wall) - line));
    }
    CHECK(nearest < static_cast<double>(max_color_distance) + 1.0);
    cv::Mat before;
    cv::Mat after;
    cv::cvtColor(photo, before, cv::COLOR_RGB2Lab);
    cv::cvtColor(pale.rgb, after, cv::COLOR_RGB2Lab);
    const int lightness = before.at<cv::Vec3b>(wall)[0];
    CHECK(std::abs(lightness - after.at<cv::Vec3b>(wall)[0]) <= 3);
    const cv::Rect inner(70, 40, 116, 90);
    CHECK(difference(pale.rgb(inner), photo(inner)) == 0.0);
  }
}

TEST_CASE("Colors between gray and skin are not taken", "[background_color]") {
  for (const cv::Scalar& color : {cv::Scalar::all(0), cv::Scalar::all(128), cv::Scalar::all(255),
                                  skin, cv::Scalar(164, 139, 127)}) {
    const cv::Mat photo = photo_of(color);
    const PaleBackground pale = take_background_color(photo, hole_of_mask(), face());
    CHECK(pale.taken.empty());
    CHECK(difference(pale.rgb, photo) == 0.0);
    const cv::Mat painted(side, side, CV_8UC3, skin);
    CHECK(difference(return_background_color(painted, hole_of_mask(), pale), painted) == 0.0);
  }
}

TEST_CASE("Beside the jaw the hole gets the color of the wall, within it none",
          "[background_color]") {
  const cv::Mat hole = hole_of_mask();
  const cv::Mat photo = photo_of(yellow);
  const PaleBackground pale = take_background_color(photo, hole, face());
  // A network that continues what it sees: the pale wall beside the jaw, skin within it.
  const auto& seen = pale.rgb.at<cv::Vec3b>(wall);
  const cv::Mat painted = photo_of(cv::Scalar(seen[0], seen[1], seen[2]));
  const cv::Mat whole = return_background_color(painted, hole, pale);
  CHECK(cv::norm(color_at(whole, beside_jaw) - color_at(photo, beside_jaw)) < 3.0);
  CHECK(cv::norm(color_at(whole, chin) - color_at(photo, chin)) < 1.0);
  CHECK(cv::norm(color_at(whole, cheek) - color_at(photo, cheek)) < 1.0);
  // A neck that is painted there keeps its color.
  cv::Mat neck = painted.clone();
  const cv::Rect below(100, 245, 56, 11);
  neck(below).setTo(skin);
  const cv::Mat with_neck = return_background_color(neck, hole, pale);
  CHECK(cv::norm(color_at(with_neck, {128, 252}) - color_at(photo, chin)) < 2.0);
  // Pixels outside of the hole are not touched.
  cv::Mat outside = whole.clone();
  painted.copyTo(outside, hole);
  CHECK(difference(outside, painted) == 0.0);
}

TEST_CASE("A colorful mask is no background", "[background_color]") {
  cv::Mat photo = photo_of(cv::Scalar::all(150));
  photo.setTo(cv::Scalar(20, 40, 220), hole_of_mask());
  CHECK(take_background_color(photo, hole_of_mask(), face()).taken.empty());
}

TEST_CASE("Without visible skin no color is taken", "[background_color]") {
  const cv::Mat photo = photo_of(yellow);
  const cv::Mat all(side, side, CV_8UC1, cv::Scalar(255));
  CHECK(take_background_color(photo, all, face()).taken.empty());
}

TEST_CASE("Skin in colored light keeps its surroundings", "[background_color]") {
  // Everything is green, the skin too: the wall is no stranger to it.
  cv::Mat photo(side, side, CV_8UC3, cv::Scalar(60, 160, 80));
  CHECK(take_background_color(photo, hole_of_mask(), face()).taken.empty());
}

TEST_CASE("Landmarks must be a full set", "[background_color]") {
  Landmarks half = face();
  half.points.resize(30);
  demask::test::expect_error(demask::ErrorCode::invalid_argument, "68", [&] {
    static_cast<void>(take_background_color(photo_of(yellow), hole_of_mask(), half));
  });
}

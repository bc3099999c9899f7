// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"
#include "pipeline/strap_ends.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int side = canonical_size;
constexpr int room = pipeline::surround_room(side);

cv::Mat hole_in_the_middle() {
  cv::Mat hole = cv::Mat::zeros(side, side, CV_8UC1);
  hole(cv::Rect(0, 120, 200, 60)).setTo(255);
  return hole;
}

cv::Mat empty_surround() {
  constexpr int size = pipeline::surround_size(side);
  return cv::Mat::zeros(size, size, CV_8UC1);
}

}  // namespace

TEST_CASE("The surround shows the square at its scale with room around it", "[strap_ends]") {
  const Similarity to_canonical(0.5, 0.1, 30.0, -20.0);
  const Point in_photo{70.0F, 90.0F};
  const Point in_square = to_canonical(in_photo);
  const Point in_surround = pipeline::to_surround(to_canonical, side)(in_photo);
  CHECK(in_surround.x == Approx(in_square.x + room));
  CHECK(in_surround.y == Approx(in_square.y + room));
}

TEST_CASE("Straps leave only through a side where the photo continues", "[strap_ends]") {
  const cv::Mat none = cv::Mat::zeros(side, side, CV_8UC1);
  const auto at = [&](int x) {
    cv::Mat map = none.clone();
    map.at<std::uint8_t>(140, x) = 255;
    return map;
  };
  const int last = side - 1;
  const ImageView photo{nullptr, 400, 300, 1200, PixelFormat::rgb};
  const Similarity middle(1.0, 0.0, -50.0, 0.0);  // The square begins in the photo's column 50.
  CHECK(pipeline::straps_leave(at(0), at(0), photo, middle));
  CHECK(pipeline::straps_leave(at(last), at(last), photo, middle));
  CHECK_FALSE(pipeline::straps_leave(at(1), at(1), photo, middle));
  CHECK_FALSE(pipeline::straps_leave(at(0), none, photo, middle));  // A neighbor's strap.
  CHECK_FALSE(pipeline::straps_leave(none, at(0), photo, middle));  // The mask itself.
  CHECK_FALSE(pipeline::straps_leave(at(0), at(0), photo, {}));
  CHECK(pipeline::straps_leave(at(last), at(last), photo, {}));
}

TEST_CASE("The ends of straps are added to the hole only outside the square", "[strap_ends]") {
  const cv::Mat hole = hole_in_the_middle();
  const cv::Rect square(room, room, side, side);
  cv::Mat straps = empty_surround();
  CHECK(pipeline::with_strap_ends(hole, straps, 4, 8).empty());
  straps(cv::Rect(room + 100, room + 10, 3, 40)).setTo(255);  // Within the square.
  straps(cv::Rect(10, 20, 3, 30)).setTo(255);                 // Far from the hole.
  CHECK(pipeline::with_strap_ends(hole, straps, 4, 8).empty());
  straps(cv::Rect(room - 40, room + 150, 35, 3)).setTo(255);  // Five pixels beside the hole.
  const cv::Mat joined = pipeline::with_strap_ends(hole, straps, 4, 8);
  REQUIRE(joined.size() == straps.size());
  CHECK(cv::norm(joined(square), hole, cv::NORM_INF) == 0.0);
  const cv::Rect end(room - 44, room + 146, 43, 11);
  CHECK(cv::countNonZero(joined(end)) == cv::countNonZero(joined) - cv::countNonZero(hole));
  CHECK(joined.at<std::uint8_t>(room + 156, room - 20) == 255);
  CHECK(joined.at<std::uint8_t>(room + 157, room - 20) == 0);
}

TEST_CASE("The pixels beside a strap continue across its end", "[strap_ends]") {
  cv::Mat straps = empty_surround();
  straps(cv::Rect(room - 40, room + 150, 40, 3)).setTo(255);
  const cv::Mat hole = pipeline::with_strap_ends(hole_in_the_middle(), straps, 4, 8);
  // Levels that rise from row to row are their own membrane.
  cv::Mat slope(straps.size(), CV_8UC3);
  for (int y = 0; y < slope.rows; ++y) slope.row(y).setTo(cv::Scalar::all(y / 2));
  cv::Mat surround = slope.clone();
  surround.setTo(cv::Scalar::all(255), straps);
  const cv::Rect square(room, room, side, side);
  const cv::Mat painted = slope(square).clone();
  const cv::Mat result = pipeline::paint_strap_ends(painted, surround, hole);
  CHECK(cv::norm(result, slope, cv::NORM_INF) <= 1.0);
  CHECK(cv::norm(result(square), painted, cv::NORM_INF) == 0.0);
}

TEST_CASE("Around a face, other holes and pixels beyond the photo are unknown", "[strap_ends]") {
  // The square begins three pixels beside the photo's left side.
  const Similarity to_canonical(1.0, 0.0, -3.0, 0.0);
  Image holes(300, 300, PixelFormat::gray);
  holes.row(200)[280] = 255;
  const cv::Mat unknown = pipeline::unknown_surround(to_canonical, side, holes);
  REQUIRE(unknown.size() == empty_surround().size());
  const auto is_unknown = [&](int x, int y) {
    return unknown.at<std::uint8_t>(y + room, x - 3 + room) != 0;
  };
  CHECK(is_unknown(-5, 150));
  CHECK(is_unknown(-1, 150));
  CHECK_FALSE(is_unknown(2, 150));
  CHECK(is_unknown(150, -1));
  CHECK(is_unknown(280, 200));
  CHECK_FALSE(is_unknown(276, 200));
}

TEST_CASE("The surround of a square of another size grows with it", "[strap_ends]") {
  const int other = GENERATE(96, 512);
  const int around = other / 4;
  REQUIRE(pipeline::surround_room(other) == around);
  REQUIRE(pipeline::surround_size(other) == 6 * around);
  const Point corner = pipeline::to_surround({}, other)(Point{0.0F, 0.0F});
  CHECK(corner.x == Approx(around));
  const cv::Rect square(around, around, other, other);
  cv::Mat hole = cv::Mat::zeros(other, other, CV_8UC1);
  hole(cv::Rect(0, other / 2, other / 2, 20)).setTo(255);
  cv::Mat straps = cv::Mat::zeros(6 * around, 6 * around, CV_8UC1);
  straps(cv::Rect(4, around + other / 2 + 8, around - 4, 3)).setTo(255);
  const cv::Mat joined = pipeline::with_strap_ends(hole, straps, 2, 4);
  REQUIRE(joined.size() == straps.size());
  CHECK(cv::norm(joined(square), hole, cv::NORM_INF) == 0.0);
  CHECK(joined.at<std::uint8_t>(around + other / 2 + 9, 10) == 255);

  const Image holes(other, other, PixelFormat::gray);
  const cv::Mat unknown = pipeline::unknown_surround({}, other, holes);
  REQUIRE(unknown.size() == straps.size());
  CHECK(unknown.at<std::uint8_t>(10, 10) != 0);
  CHECK(unknown.at<std::uint8_t>(around + 10, around + 10) == 0);

  const cv::Mat surround(straps.size(), CV_8UC3, cv::Scalar::all(90));
  const cv::Mat painted(hole.size(), CV_8UC3, cv::Scalar::all(60));
  const cv::Mat result = pipeline::paint_strap_ends(painted, surround, joined);
  REQUIRE(result.size() == surround.size());
  CHECK(cv::norm(result(square), painted, cv::NORM_INF) == 0.0);
  CHECK(result.at<cv::Vec3b>(1, 1) == cv::Vec3b(90, 90, 90));
}

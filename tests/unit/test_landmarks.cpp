// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <limits>

#include "../support/expect_error.hpp"
#include "demask/geometry.hpp"

using demask::ErrorCode;
using demask::Landmarks;
using demask::LandmarkScheme;
using demask::test::expect_error;

namespace {

// Each point carries its own index in x.
Landmarks numbered(LandmarkScheme scheme) {
  Landmarks result;
  result.scheme = scheme;
  for (int i = 0; i < static_cast<int>(scheme); ++i) {
    result.points.push_back({static_cast<float>(i), static_cast<float>(2 * i)});
    result.confidence.push_back(static_cast<float>(i) / 100.0F);
  }
  return result;
}

int source_of(const Landmarks& mapped, std::size_t index) {
  return static_cast<int>(mapped.points.at(index).x);
}

}  // namespace

TEST_CASE("68 points stay unchanged", "[landmarks]") {
  const Landmarks given = numbered(LandmarkScheme::ibug68);
  const Landmarks mapped = demask::to_ibug68(given);
  REQUIRE(mapped.points.size() == 68);
  CHECK(mapped.points[67].x == 67.0F);
  CHECK(mapped.confidence == given.confidence);
}

TEST_CASE("98 points give the 68 at the same places of the face", "[landmarks]") {
  const Landmarks mapped = demask::to_ibug68(numbered(LandmarkScheme::wflw98));
  REQUIRE(mapped.scheme == LandmarkScheme::ibug68);
  REQUIRE(mapped.points.size() == 68);
  REQUIRE(mapped.confidence.size() == 68);

  // iBUG index, WFLW index.
  const std::array<std::array<int, 2>, 26> anatomy = {{
      {0, 0},   {8, 16},  {16, 32},            // jaw: right end, chin, left end
      {17, 33}, {21, 37},                      // right brow: outer and inner end
      {22, 42}, {26, 46},                      // left brow: inner and outer end
      {27, 51}, {30, 54},                      // nose: bridge, tip
      {31, 55}, {33, 57}, {35, 59},            // nose: right wing, middle, left wing
      {36, 60}, {37, 61}, {38, 63}, {39, 64},  // right eye: outer corner, lids, inner corner
      {41, 67}, {42, 68}, {45, 72}, {46, 73},  // right eye below; left eye
      {48, 76}, {51, 79}, {54, 82}, {57, 85},  // outer lips: right, top, left, bottom
      {60, 88}, {64, 92},                      // inner lips: right, left
  }};
  for (const auto& [ibug, wflw] : anatomy) {
    INFO("iBUG " << ibug);
    CHECK(source_of(mapped, static_cast<std::size_t>(ibug)) == wflw);
    CHECK(mapped.confidence[static_cast<std::size_t>(ibug)] == static_cast<float>(wflw) / 100.0F);
  }
  for (std::size_t jaw = 0; jaw <= 16; ++jaw) {
    CHECK(source_of(mapped, jaw) == static_cast<int>(2 * jaw));
  }
}

TEST_CASE("Confidence may be absent", "[landmarks]") {
  Landmarks given = numbered(LandmarkScheme::wflw98);
  given.confidence.clear();
  CHECK(demask::to_ibug68(given).confidence.empty());
}

TEST_CASE("Eye centers are the means of each eye's points", "[landmarks]") {
  const auto ibug = demask::eye_centers(numbered(LandmarkScheme::ibug68));
  CHECK(ibug[0].x == Approx(38.5));
  CHECK(ibug[1].x == Approx(44.5));
  CHECK(ibug[1].y == Approx(89.0));
  const auto wflw = demask::eye_centers(numbered(LandmarkScheme::wflw98));
  CHECK(wflw[0].x == Approx((60 + 61 + 63 + 64 + 65 + 67) / 6.0));
  CHECK(wflw[1].x == Approx((68 + 69 + 71 + 72 + 73 + 75) / 6.0));
}

TEST_CASE("Mirroring a point twice gives the same point, in both schemes", "[landmarks]") {
  const Landmarks wflw_of = demask::to_ibug68(numbered(LandmarkScheme::wflw98));
  for (const LandmarkScheme scheme : {LandmarkScheme::ibug68, LandmarkScheme::wflw98}) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(scheme); ++i) {
      REQUIRE(demask::mirrored_point(scheme, demask::mirrored_point(scheme, i)) == i);
    }
  }
  for (std::size_t i = 0; i < 68; ++i) {
    const auto wflw = static_cast<std::size_t>(source_of(wflw_of, i));
    const std::size_t mirrored = demask::mirrored_point(LandmarkScheme::ibug68, i);
    REQUIRE(demask::mirrored_point(LandmarkScheme::wflw98, wflw) ==
            static_cast<std::size_t>(source_of(wflw_of, mirrored)));
  }
  // Right eye's outer corner, nose tip, right pupil.
  CHECK(demask::mirrored_point(LandmarkScheme::ibug68, 36) == 45);
  CHECK(demask::mirrored_point(LandmarkScheme::ibug68, 30) == 30);
  CHECK(demask::mirrored_point(LandmarkScheme::wflw98, 96) == 97);
  expect_error(ErrorCode::invalid_argument, "landmark 68 of 68",
               [] { return demask::mirrored_point(LandmarkScheme::ibug68, 68); });
  expect_error(ErrorCode::invalid_argument, "landmark 3 of 5",
               [] { return demask::mirrored_point(static_cast<LandmarkScheme>(5), 3); });
}

TEST_CASE("Malformed sets are refused", "[landmarks]") {
  Landmarks given = numbered(LandmarkScheme::ibug68);
  SECTION("too few points") {
    given.points.pop_back();
    expect_error(ErrorCode::invalid_argument, "67 points given, but the scheme has 68",
                 [&] { return demask::to_ibug68(given); });
    expect_error(ErrorCode::invalid_argument, "67 points",
                 [&] { return demask::eye_centers(given); });
  }
  SECTION("points of the other scheme") {
    given.scheme = LandmarkScheme::wflw98;
    expect_error(ErrorCode::invalid_argument, "68 points given, but the scheme has 98",
                 [&] { return demask::to_ibug68(given); });
  }
  SECTION("none") {
    expect_error(ErrorCode::invalid_argument, "0 points given",
                 [] { return demask::to_ibug68(Landmarks{}); });
  }
  SECTION("an unknown scheme") {
    given.scheme = static_cast<LandmarkScheme>(5);
    expect_error(ErrorCode::invalid_argument, "scheme: 5 is unknown",
                 [&] { return demask::to_ibug68(given); });
  }
  SECTION("confidence of another length") {
    given.confidence.pop_back();
    expect_error(ErrorCode::invalid_argument, "67 values for 68 points",
                 [&] { return demask::to_ibug68(given); });
  }
  SECTION("a coordinate that is not finite") {
    given.points[3].y = std::numeric_limits<float>::quiet_NaN();
    expect_error(ErrorCode::invalid_argument, "not finite",
                 [&] { return demask::to_ibug68(given); });
  }
}

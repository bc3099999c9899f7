// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "core/face_pose.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::size_t nose_tip = 30;

Landmarks face(double nose_shift, double roll = 0.0) {
  Landmarks result = test::face_landmarks({});
  result.points[nose_tip].x += static_cast<float>(nose_shift);
  const Similarity turn(std::cos(roll), std::sin(roll), 40.0, -20.0);
  for (Point& point : result.points) {
    point = turn(point);
  }
  return result;
}

}  // namespace

TEST_CASE("A frontal face is not turned", "[face_pose]") {
  CHECK(core::yaw_degrees(face(0.0)) == Approx(0.0).margin(0.01));
  CHECK(core::yaw_degrees(face(0.0, 1.0)) == Approx(0.0).margin(0.01));
}

TEST_CASE("A face turns with its nose, whatever the roll of the head", "[face_pose]") {
  CHECK(core::yaw_degrees(face(20.0)) == Approx(-core::yaw_degrees(face(-20.0))));
  CHECK(core::yaw_degrees(face(20.0)) > 5.0);
  CHECK(core::yaw_degrees(face(40.0)) > core::yaw_degrees(face(20.0)));
  CHECK(core::yaw_degrees(face(20.0, 2.5)) == Approx(core::yaw_degrees(face(20.0))).margin(0.01));
}

TEST_CASE("The pose of malformed landmarks is refused", "[face_pose]") {
  Landmarks few = face(0.0);
  few.points.pop_back();
  test::expect_error(ErrorCode::invalid_argument, "landmarks",
                     [&] { static_cast<void>(core::yaw_degrees(few)); });
}

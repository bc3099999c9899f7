// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "core/prior_square.hpp"

using namespace demask;

namespace {

/// Eyes 100 px apart at the height of 200, the corners of the mouth `descent` px below them.
Landmarks face(float descent) {
  Landmarks landmarks = test::face_landmarks({});
  for (std::size_t i = 36; i < 48; ++i) {
    landmarks.points[i] = {i < 42 ? 250.0F : 350.0F, 200.0F};
  }
  landmarks.points[48] = {260.0F, 200.0F + descent};
  landmarks.points[54] = {340.0F, 200.0F + descent};
  return landmarks;
}

}  // namespace

TEST_CASE("The prior's square is FFHQ's", "[prior]") {
  // Corners as the formula of the data set gives them: a side of 2 x 2.0 eye distances, the center
  // a tenth of the way from the eyes to the mouth.
  const Similarity to_square = core::prior_similarity(face(100.0F), 256);
  CHECK(to_square.scale() == Approx(256.0 / 400.0));
  CHECK(to_square.rotation() == Approx(0.0).margin(1e-9));
  const Point top_left = to_square({300.0F - 200.0F, 210.0F - 200.0F});
  CHECK(top_left.x == Approx(-0.5).margin(1e-3));
  CHECK(top_left.y == Approx(-0.5).margin(1e-3));
}

TEST_CASE("A long face decides the prior's square by its length", "[prior]") {
  CHECK(core::prior_similarity(face(150.0F), 256).scale() == Approx(256.0 / (2.0 * 1.8 * 150.0)));
}

TEST_CASE("The prior's square turns and grows with the face", "[prior]") {
  const Similarity moved(1.2, 0.7, 30.0, -20.0);
  Landmarks turned = face(120.0F);
  for (Point& point : turned.points) {
    point = moved(point);
  }
  const Similarity direct = core::prior_similarity(face(120.0F), 512);
  const Similarity whole = core::prior_similarity(turned, 512) * moved;
  for (const Point p : {Point{100.0F, 80.0F}, Point{320.0F, 400.0F}}) {
    CHECK(whole(p).x == Approx(direct(p).x).margin(1e-2));
    CHECK(whole(p).y == Approx(direct(p).y).margin(1e-2));
  }
}

TEST_CASE("A face without size has no square", "[prior]") {
  Landmarks point = face(100.0F);
  for (Point& p : point.points) {
    p = {5.0F, 5.0F};
  }
  test::expect_error(ErrorCode::invalid_argument, "coincide",
                     [&] { core::prior_similarity(point, 256); });
}

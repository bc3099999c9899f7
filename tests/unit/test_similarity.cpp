// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "demask/geometry.hpp"

using demask::ErrorCode;
using demask::Point;
using demask::Similarity;
using demask::test::expect_error;

namespace {

constexpr double pi = 3.14159265358979323846;

Similarity turned(double degrees, double scale, double tx, double ty) {
  const double angle = degrees * pi / 180.0;
  return {scale * std::cos(angle), scale * std::sin(angle), tx, ty};
}

void check_point(Point actual, double x, double y, double margin = 1e-3) {
  CHECK(actual.x == Approx(x).margin(margin));
  CHECK(actual.y == Approx(y).margin(margin));
}

void check_equal(const Similarity& actual, const Similarity& expected, double margin = 1e-9) {
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(actual.matrix()[i] == Approx(expected.matrix()[i]).margin(margin));
  }
}

}  // namespace

TEST_CASE("A similarity rotates x toward y, scales and shifts", "[similarity]") {
  const Similarity quarter = turned(90.0, 2.0, 10.0, 20.0);
  check_point(quarter({1, 0}), 10, 22);
  check_point(quarter({0, 1}), 8, 20);
  CHECK(quarter.scale() == Approx(2.0));
  CHECK(quarter.rotation() == Approx(pi / 2.0));
  check_point(Similarity()({3, 4}), 3, 4);
}

TEST_CASE("The inverse undoes and the product composes", "[similarity]") {
  const Similarity a = turned(30.0, 1.7, -4.0, 9.0);
  const Similarity b = turned(-75.0, 0.3, 100.0, -50.0);
  check_equal(a * a.inverse(), Similarity());
  check_equal(a.inverse() * a, Similarity());
  const Point p{12.5F, -7.25F};
  const Point two_steps = a(b(p));
  check_point((a * b)(p), two_steps.x, two_steps.y);
  check_equal((a * b).inverse(), b.inverse() * a.inverse());
}

TEST_CASE("A similarity of scale 0 has no inverse", "[similarity]") {
  expect_error(ErrorCode::invalid_argument, "scale is zero",
               [] { return Similarity(0, 0, 1, 1).inverse(); });
  const double nan = std::numeric_limits<double>::quiet_NaN();
  expect_error(ErrorCode::invalid_argument, "no inverse",
               [=] { return Similarity(nan, 0, 1, 1).inverse(); });
}

TEST_CASE("The estimate recovers a known similarity", "[similarity]") {
  const std::vector<Point> from = {{10, 10}, {60, 15}, {35, 40}, {20, 70}, {55, 65}};
  for (const double degrees : {0.0, 17.0, 90.0, -135.0, 179.0}) {
    const Similarity truth = turned(degrees, 1.3, 40.0, -12.0);
    std::vector<Point> to;
    for (const Point& p : from) {
      to.push_back(truth(p));
    }
    check_equal(Similarity::estimate(from, to), truth, 1e-4);
    // Two points have as many coordinates as a similarity has unknowns.
    check_equal(Similarity::estimate({from[0], from[1]}, {to[0], to[1]}), truth, 1e-4);
    // Points on a line leave a reflection undecided; a similarity never reflects.
    check_equal(Similarity::estimate({from[0], from[1]}, {to[0], to[1]}), truth, 1e-4);
  }
}

TEST_CASE("The estimate never reflects and is the best in least squares", "[similarity]") {
  const std::vector<Point> from = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
  const std::vector<Point> to = {{1.2F, -1}, {-1, -1}, {-1, 1}, {1, 1.1F}};
  const Similarity best = Similarity::estimate(from, to);
  const auto squared_error = [&](const Similarity& s) {
    double sum = 0.0;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const Point p = s(from[i]);
      sum += std::pow(static_cast<double>(p.x - to[i].x), 2) +
             std::pow(static_cast<double>(p.y - to[i].y), 2);
    }
    return sum;
  };
  const double least = squared_error(best);
  const auto m = best.matrix();
  for (const double step : {-0.02, 0.02}) {
    CHECK(squared_error({m[0] + step, m[3], m[2], m[5]}) >= least);
    CHECK(squared_error({m[0], m[3] + step, m[2], m[5]}) >= least);
    CHECK(squared_error({m[0], m[3], m[2] + step, m[5]}) >= least);
    CHECK(squared_error({m[0], m[3], m[2], m[5] + step}) >= least);
  }
}

TEST_CASE("The estimate refuses points that do not define a similarity", "[similarity]") {
  const float infinity = std::numeric_limits<float>::infinity();
  const auto estimate = [](const std::vector<Point>& from, const std::vector<Point>& to) {
    return [=] { return Similarity::estimate(from, to); };
  };
  expect_error(ErrorCode::invalid_argument, "two equally long lists",
               estimate({{0, 0}, {1, 1}}, {{0, 0}}));
  expect_error(ErrorCode::invalid_argument, "at least two points", estimate({{0, 0}}, {{0, 0}}));
  expect_error(ErrorCode::invalid_argument, "at least two points", estimate({}, {}));
  expect_error(ErrorCode::invalid_argument, "coincide",
               estimate({{1, 1}, {1, 1}}, {{0, 0}, {1, 1}}));
  expect_error(ErrorCode::invalid_argument, "coincide",
               estimate({{0, 0}, {1, 1}}, {{3, 3}, {3, 3}}));
  expect_error(ErrorCode::invalid_argument, "not finite",
               estimate({{0, 0}, {infinity, 1}}, {{0, 0}, {1, 1}}));
}

TEST_CASE("The canonical similarity maps the eyes to those of the canonical face", "[similarity]") {
  for (const int size : {256, 128}) {
    const demask::Landmarks face = demask::test::face_landmarks(turned(-25.0, 0.8, 300.0, 150.0));
    const Similarity to_canonical = demask::canonical_similarity(face, size);
    const auto eyes = demask::eye_centers(face);
    check_point(to_canonical(eyes[0]), 0.35 * size, 0.42 * size, 1e-2);
    check_point(to_canonical(eyes[1]), 0.65 * size, 0.42 * size, 1e-2);
  }
}

TEST_CASE("The canonical similarity shrinks a long face around the center of its eyes",
          "[similarity]") {
  demask::Landmarks face = demask::test::face_landmarks({});
  const auto eyes = demask::eye_centers(face);
  const Point middle{0.5F * (eyes[0].x + eyes[1].x), 0.5F * (eyes[0].y + eyes[1].y)};
  const float eye_distance = eyes[1].x - eyes[0].x;
  // On a level eye line; the chin of the canonical face lies 0.525 of its side below the eyes,
  // whose distance is 0.3 of it.
  const float longest = 0.525F / 0.3F;
  for (const float length : {1.0F, longest, 3.5F}) {
    face.points[8] = {middle.x + 4.0F, middle.y + length * eye_distance};
    const Similarity to_canonical = demask::canonical_similarity(face);
    const float scale = std::min(1.0F, longest / length);
    check_point(to_canonical(middle), 0.5 * 256.0, 0.42 * 256.0, 1e-2);
    check_point(to_canonical(eyes[1]), (0.5 + 0.15 * scale) * 256.0, 0.42 * 256.0, 1e-2);
    CHECK(to_canonical(face.points[8]).y ==
          Approx((0.42F + 0.3F * scale * length) * 256.0F).margin(1e-2));
  }
}

TEST_CASE("The canonical similarity refuses points that are not a face", "[similarity]") {
  demask::Landmarks face = demask::test::face_landmarks({});
  expect_error(ErrorCode::invalid_argument, "size",
               [&] { return demask::canonical_similarity(face, 0); });
  for (Point& p : face.points) {
    p = {5, 5};
  }
  expect_error(ErrorCode::invalid_argument, "coincide",
               [&] { return demask::canonical_similarity(face); });
  face.points.pop_back();
  expect_error(ErrorCode::invalid_argument, "67 points given",
               [&] { return demask::canonical_similarity(face); });
}

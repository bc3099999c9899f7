// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "demask/eigen.hpp"
#include "demask/geometry.hpp"

using demask::Box;
using demask::intersection_over_union;

TEST_CASE("Intersection over union", "[geometry]") {
  const Box box{10, 20, 30, 40};
  CHECK(intersection_over_union(box, box) == Approx(1.0));
  CHECK(intersection_over_union({0, 0, 2, 2}, {1, 1, 2, 2}) == Approx(1.0 / 7.0));
  CHECK(intersection_over_union({0, 0, 4, 4}, {1, 1, 2, 2}) == Approx(0.25));

  SECTION("is symmetric") {
    const Box other{25, 15, 20, 10};
    CHECK(intersection_over_union(box, other) == intersection_over_union(other, box));
  }
  SECTION("is 0 for boxes apart, boxes that only touch, and empty boxes") {
    CHECK(intersection_over_union({0, 0, 1, 1}, {5, 5, 1, 1}) == 0.0F);
    CHECK(intersection_over_union({0, 0, 1, 1}, {1, 0, 1, 1}) == 0.0F);
    CHECK(intersection_over_union({0, 0, 0, 0}, {0, 0, 1, 1}) == 0.0F);
    CHECK(intersection_over_union({0, 0, 0, 0}, {0, 0, 0, 0}) == 0.0F);
    CHECK(intersection_over_union({5, 5, -4, -4}, {0, 0, 10, 10}) == 0.0F);
  }
  SECTION("stays in [0, 1] when the edges are rounded") {
    const Box far{1e7F, 1e7F, 1.3F, 1.3F};
    CHECK(intersection_over_union(far, far) <= 1.0F);
  }
  SECTION("is 0 for a box whose position is not a number") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(intersection_over_union({nan, nan, 1, 1}, {0, 0, 1, 1}) == 0.0F);
  }
}

TEST_CASE("Edges and area of a box", "[geometry]") {
  const Box box{1, 2, 3, 4};
  CHECK(box.right() == 4.0F);
  CHECK(box.bottom() == 6.0F);
  CHECK(box.area() == 12.0F);
  CHECK(Box{0, 0, -3, -4}.area() == 0.0F);
}

TEST_CASE("Bounding box of points", "[geometry]") {
  const Box box = demask::bounding_box({{3, -1}, {-2, 5}, {0, 0}});
  CHECK(box.x == -2.0F);
  CHECK(box.y == -1.0F);
  CHECK(box.width == 5.0F);
  CHECK(box.height == 6.0F);
  CHECK(demask::bounding_box({{7, 8}}).area() == 0.0F);
  CHECK(demask::bounding_box({{7, 8}}).x == 7.0F);
  CHECK(demask::bounding_box({}).area() == 0.0F);
}

TEST_CASE("Eigen views of geometry", "[geometry]") {
  const demask::Similarity similarity(1, 2, 3, 4);
  Eigen::Matrix<double, 2, 3> expected;
  expected << 1, -2, 3, 2, 1, 4;
  CHECK(demask::as_matrix(similarity) == expected);

  const std::vector<demask::Point> points = {{1, 2}, {3, 4}, {5, 6}};
  const demask::PointsMap matrix = demask::as_matrix(points);
  REQUIRE(matrix.rows() == 3);
  CHECK(matrix(1, 0) == 3.0F);
  CHECK(matrix(2, 1) == 6.0F);
  CHECK(matrix.data() == &points.front().x);
  const std::vector<demask::Point> none;
  CHECK(demask::as_matrix(none).rows() == 0);
}

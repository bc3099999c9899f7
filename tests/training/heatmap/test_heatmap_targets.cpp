// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <opencv2/core.hpp>

#include "../../support/synthetic_landmarks.hpp"
#include "losses/heatmap_targets.hpp"
#include "stages/heatmap.hpp"

using namespace demask;
using namespace demask::training;

namespace {

cv::Mat plane(const at::Tensor& heatmap) {
  return {static_cast<int>(heatmap.size(0)), static_cast<int>(heatmap.size(1)), CV_32FC1,
          heatmap.data_ptr<float>()};
}

/// The points of a frontal face, [1,68,2], in fractions of the canonical face.
at::Tensor frontal_points() {
  const at::Tensor points = at::empty({1, 68, 2});
  const Landmarks face = test::face_landmarks({});
  for (std::int64_t k = 0; k < 68; ++k) {
    points[0][k][0] = (face.points[static_cast<std::size_t>(k)].x + 0.5F) / 256.0F;
    points[0][k][1] = (face.points[static_cast<std::size_t>(k)].y + 0.5F) / 256.0F;
  }
  return points;
}

}  // namespace

TEST_CASE("the library recovers the point that a heatmap was drawn for") {
  const at::Tensor points = frontal_points();
  const at::Tensor heatmaps = landmark_heatmaps(points, 64).contiguous();
  REQUIRE(heatmaps.sizes() == at::IntArrayRef({1, 68, 64, 64}));
  for (std::int64_t k = 0; k < 68; ++k) {
    const stages::Peak peak = stages::find_peak(plane(heatmaps[0][k]));
    REQUIRE(peak.position.x == Approx(points[0][k][0].item<float>()).margin(1e-4));
    REQUIRE(peak.position.y == Approx(points[0][k][1].item<float>()).margin(1e-4));
    REQUIRE(peak.height > 0.89F);
  }
}

TEST_CASE("a heatmap is a Gaussian of 1.5 cells, cut at three sigma") {
  at::Tensor points = at::empty({1, 1, 2});
  points[0][0][0] = 10.5 / 64;
  points[0][0][1] = 20.5 / 64;
  const at::Tensor map = landmark_heatmaps(points, 64)[0][0];
  REQUIRE(map[20][10].item<double>() == Approx(1.0));
  REQUIRE(map[20][12].item<double>() == Approx(std::exp(-4.0 / 4.5)));
  REQUIRE(map[17][11].item<double>() == Approx(std::exp(-10.0 / 4.5)));
  REQUIRE(map[20][15].item<double>() == 0.0);
  // A point outside the map leaves it empty.
  points[0][0][0] = -0.5;
  REQUIRE(landmark_heatmaps(points, 64).abs().sum().item<double>() == 0.0);
}

TEST_CASE("the boundary runs along the lines of the face") {
  const at::Tensor points = frontal_points();
  const at::Tensor boundary = boundary_heatmap(points, 64);
  REQUIRE(boundary.sizes() == at::IntArrayRef({1, 1, 64, 64}));
  const auto value = boundary.accessor<float, 4>();
  const auto at_point = [&](std::int64_t k) {
    const auto x = static_cast<std::int64_t>(points[0][k][0].item<float>() * 64.0F);
    const auto y = static_cast<std::int64_t>(points[0][k][1].item<float>() * 64.0F);
    return value[0][0][y][x];
  };
  for (std::int64_t k = 0; k < 68; ++k) {
    CAPTURE(k);
    REQUIRE(at_point(k) > 0.8F);
  }
  REQUIRE(boundary.max().item<float>() <= 1.0F);
  REQUIRE(value[0][0][1][1] == 0.0F);
  // Forehead and cheeks have no line: (0.5, 0.15) and (0.3, 0.65).
  REQUIRE(value[0][0][9][32] == 0.0F);
  REQUIRE(value[0][0][41][19] < 0.3F);
  // Upward from the chin's line, the values fall with the distance.
  REQUIRE(value[0][0][60][32] > value[0][0][58][32]);
  REQUIRE(value[0][0][58][32] > value[0][0][56][32]);
}

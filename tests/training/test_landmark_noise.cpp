// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "demask/error.hpp"
#include "samples/landmark_noise.hpp"

using namespace demask;            // NOLINT(google-build-using-namespace)
using namespace demask::training;  // NOLINT(google-build-using-namespace)

namespace {

constexpr float eye_distance = 60.0F;

/// Points on circles; the eyes lie `eye_distance` apart.
Landmarks face() {
  Landmarks landmarks;
  for (int i = 0; i < 68; ++i) {
    const auto angle = static_cast<float>(i);
    landmarks.points.push_back({90.0F + 20.0F * std::cos(angle), 120.0F + 20.0F * std::sin(angle)});
  }
  for (std::size_t i = 36; i < 48; ++i) {
    const float side = i < 42 ? -0.5F : 0.5F;
    landmarks.points[i] = {90.0F + side * eye_distance, 70.0F};
  }
  return landmarks;
}

Point centroid(const Landmarks& landmarks, std::size_t first, std::size_t last) {
  Point sum{0.0F, 0.0F};
  for (std::size_t i = first; i < last; ++i) {
    sum.x += landmarks.points[i].x;
    sum.y += landmarks.points[i].y;
  }
  return {sum.x / static_cast<float>(last - first), sum.y / static_cast<float>(last - first)};
}

/// Root mean square of the vertical shift of points [first, last) over many draws, in eye
/// distances.
float vertical_shift(std::size_t first, std::size_t last, float strength) {
  constexpr int draws = 2000;
  std::mt19937_64 engine(5);
  Random random(engine);
  const Landmarks truth = face();
  const float y = centroid(truth, first, last).y;
  double sum = 0.0;
  for (int i = 0; i < draws; ++i) {
    const Landmarks wrong = with_detector_noise(truth, strength, random);
    const double shift = static_cast<double>(centroid(wrong, first, last).y - y) / eye_distance;
    sum += shift * shift;
  }
  return static_cast<float>(std::sqrt(sum / draws));
}

}  // namespace

TEST_CASE("Detector errors of strength 0 leave the landmarks as they are") {
  std::mt19937_64 engine(1);
  Random random(engine);
  const Landmarks truth = face();
  const Landmarks same = with_detector_noise(truth, 0.0F, random);
  for (std::size_t i = 0; i < truth.points.size(); ++i) {
    CHECK(same.points[i].x == truth.points[i].x);
    CHECK(same.points[i].y == truth.points[i].y);
  }
}

TEST_CASE("A hidden mouth errs as a whole, visible eyes do not") {
  // Independent errors of 20 points would average out to less than a hundredth.
  CHECK(vertical_shift(48, 68, 1.0F) == Approx(0.060F).epsilon(0.1));
  CHECK(vertical_shift(36, 48, 1.0F) < 0.006F);
}

TEST_CASE("Detector errors grow in proportion to their strength") {
  CHECK(vertical_shift(0, 17, 0.5F) == Approx(0.5F * vertical_shift(0, 17, 1.0F)).epsilon(1e-3));
}

TEST_CASE("Detector errors are defined for 68 points") {
  std::mt19937_64 engine(1);
  Random random(engine);
  Landmarks few;
  few.points.resize(5);
  CHECK_THROWS_AS(with_detector_noise(few, 1.0F, random), Error);
}

// SPDX-License-Identifier: Apache-2.0
#include "samples/landmark_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "demask/error.hpp"

namespace demask::training {
namespace {

// Points [first, last) with correlated errors. Shifts and noise are standard deviations as
// fractions of the distance between the eyes; stretches are standard deviations of a factor
// around 1.
struct PointGroup {
  std::size_t first;
  std::size_t last;
  bool hidden;  // at least partly under a mask
  float shift_x;
  float shift_y;
  float stretch_x;
  float stretch_y;
  float noise;
};

// Measured on masked faces of the validation split, aligned by their eyes. Half of the variance of
// a shift is common to the whole lower face.
constexpr float lower_face_shift_x = 0.032F;
constexpr float lower_face_shift_y = 0.045F;
constexpr std::array<PointGroup, 5> groups = {{
    {0, 17, true, 0.032F, 0.045F, 0.043F, 0.087F, 0.030F},   // jaw
    {17, 27, false, 0.0F, 0.0F, 0.0F, 0.0F, 0.022F},         // brows
    {27, 36, true, 0.028F, 0.050F, 0.107F, 0.120F, 0.013F},  // nose
    {36, 48, false, 0.0F, 0.0F, 0.0F, 0.0F, 0.014F},         // eyes
    {48, 68, true, 0.032F, 0.040F, 0.129F, 0.284F, 0.023F},  // mouth
}};
constexpr std::size_t point_count = 68;

float standard_normal(Random& random) { return random.normal(0.0F, 1.0F); }

Point centroid(const Landmarks& landmarks, const PointGroup& group) {
  Point sum{0.0F, 0.0F};
  for (std::size_t i = group.first; i < group.last; ++i) {
    sum.x += landmarks.points[i].x;
    sum.y += landmarks.points[i].y;
  }
  const auto count = static_cast<float>(group.last - group.first);
  return {sum.x / count, sum.y / count};
}

}  // namespace

bool is_under_mask(std::size_t point) {
  return std::any_of(groups.begin(), groups.end(), [point](const PointGroup& group) {
    return group.hidden && point >= group.first && point < group.last;
  });
}

Landmarks with_detector_noise(const Landmarks& landmarks, float strength, Random& random) {
  if (landmarks.points.size() != point_count) {
    throw Error(ErrorCode::invalid_argument,
                "with_detector_noise: needs 68 points; convert the landmarks");
  }
  const std::array<Point, 2> eyes = eye_centers(landmarks);
  const float unit = strength * std::hypot(eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y);
  const Point common{lower_face_shift_x * standard_normal(random),
                     lower_face_shift_y * standard_normal(random)};
  Landmarks wrong = landmarks;
  for (const PointGroup& group : groups) {
    const Point center = centroid(landmarks, group);
    const float shared = group.hidden ? 1.0F : 0.0F;
    const Point shift{unit * (shared * common.x + group.shift_x * standard_normal(random)),
                      unit * (shared * common.y + group.shift_y * standard_normal(random))};
    const float stretch_x = strength * group.stretch_x * standard_normal(random);
    const float stretch_y = strength * group.stretch_y * standard_normal(random);
    for (std::size_t i = group.first; i < group.last; ++i) {
      Point& point = wrong.points[i];
      const Point arm{point.x - center.x, point.y - center.y};
      point.x += shift.x + stretch_x * arm.x + unit * group.noise * standard_normal(random);
      point.y += shift.y + stretch_y * arm.y + unit * group.noise * standard_normal(random);
    }
  }
  return wrong;
}

}  // namespace demask::training

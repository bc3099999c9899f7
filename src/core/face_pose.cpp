// SPDX-License-Identifier: Apache-2.0
#include "core/face_pose.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace demask::core {
namespace {

// Points of scheme ibug68.
constexpr std::size_t right_jaw = 2;
constexpr std::size_t left_jaw = 14;
constexpr std::size_t nose_tip = 30;

// On a head as wide as deep, the tip of the nose lies at 1.25 radii.
constexpr double nose_reach = 1.25;

}  // namespace

double yaw_degrees(const Landmarks& landmarks) {
  const Landmarks face = to_ibug68(landmarks);
  const std::array<Point, 2> eyes = eye_centers(face);
  const Point across{eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y};
  const auto along = [&](std::size_t from, std::size_t to) {
    return static_cast<double>((face.points[to].x - face.points[from].x) * across.x +
                               (face.points[to].y - face.points[from].y) * across.y);
  };
  const double to_right = along(right_jaw, nose_tip);
  const double to_left = along(nose_tip, left_jaw);
  const double shift = (to_right - to_left) / std::max(std::abs(to_right + to_left), 1e-6);
  return std::atan(shift / nose_reach) * 180.0 / M_PI;
}

}  // namespace demask::core

// SPDX-License-Identifier: Apache-2.0
#include "core/prior_square.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "demask/error.hpp"

namespace demask::core {
namespace {

// Half of the square's side in distances of the eyes, and from the eyes to the mouth: the larger
// one counts.
constexpr double eye_distances = 2.0;
constexpr double mouth_distances = 1.8;
// How far the center lies below the eyes, of the way to the mouth.
constexpr double center_descent = 0.1;
constexpr std::size_t right_mouth_corner = 48;
constexpr std::size_t left_mouth_corner = 54;

}  // namespace

Similarity prior_similarity(const Landmarks& landmarks, int size) {
  const Landmarks face = to_ibug68(landmarks);
  const std::array<Point, 2> eyes = eye_centers(face);
  const Point& right_mouth = face.points[right_mouth_corner];
  const Point& left_mouth = face.points[left_mouth_corner];
  const double middle_x = 0.5 * (eyes[0].x + eyes[1].x);
  const double middle_y = 0.5 * (eyes[0].y + eyes[1].y);
  const double across_x = eyes[1].x - eyes[0].x;
  const double across_y = eyes[1].y - eyes[0].y;
  const double down_x = 0.5 * (right_mouth.x + left_mouth.x) - middle_x;
  const double down_y = 0.5 * (right_mouth.y + left_mouth.y) - middle_y;
  // The mean of two directions: along the eyes, and at right angles to the way down to the mouth.
  const double angle = std::atan2(across_y - down_x, across_x + down_y);
  const double half = std::max(eye_distances * std::hypot(across_x, across_y),
                               mouth_distances * std::hypot(down_x, down_y));
  if (!(half > 0.0)) {
    throw Error(ErrorCode::invalid_argument,
                "prior_similarity: eyes and mouth coincide; give the landmarks of a face");
  }
  const double scale = 0.5 * size / half;
  const double a = scale * std::cos(angle);
  const double b = -scale * std::sin(angle);
  const double center_x = middle_x + center_descent * down_x;
  const double center_y = middle_y + center_descent * down_y;
  const double target = 0.5 * size - 0.5;
  return {a, b, target - (a * center_x - b * center_y), target - (b * center_x + a * center_y)};
}

}  // namespace demask::core

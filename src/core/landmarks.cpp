// SPDX-License-Identifier: Apache-2.0
#include "core/landmarks.hpp"

#include <algorithm>

#include "core/checks.hpp"
#include "demask/error.hpp"
#include "demask/geometry.hpp"

namespace demask {
namespace {

// For each of the 68 iBUG points, the index of its WFLW counterpart. WFLW has 33 points on the jaw
// (every second one is in iBUG), 9 on each brow (upper line first) and 8 on each eye.
constexpr std::array<int, 68> wflw_of_ibug = {
    0,  2,  4,  6,  8,  10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32,  // jaw
    33, 34, 35, 36, 37, 42, 43, 44, 45, 46,                              // brows
    51, 52, 53, 54, 55, 56, 57, 58, 59,                                  // nose
    60, 61, 63, 64, 65, 67, 68, 69, 71, 72, 73, 75,                      // eyes
    76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87,                      // outer lips
    88, 89, 90, 91, 92, 93, 94, 95};                                     // inner lips

constexpr std::array<std::size_t, 68> mirrored_ibug = {
    16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4, 3, 2, 1, 0,  // jaw
    26, 25, 24, 23, 22, 21, 20, 19, 18, 17,                         // brows
    27, 28, 29, 30, 35, 34, 33, 32, 31,                             // nose
    45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,                 // eyes
    54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55,                 // outer lips
    64, 63, 62, 61, 60, 67, 66, 65};                                // inner lips

constexpr std::array<std::size_t, 98> mirrored_wflw = {
    32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17,          // jaw
    16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1,  0,       //
    46, 45, 44, 43, 42, 50, 49, 48, 47, 37, 36, 35, 34, 33, 41, 40, 39, 38,  // brows
    51, 52, 53, 54, 59, 58, 57, 56, 55,                                      // nose
    72, 71, 70, 69, 68, 75, 74, 73, 64, 63, 62, 61, 60, 67, 66, 65,          // eyes
    82, 81, 80, 79, 78, 77, 76, 87, 86, 85, 84, 83,                          // outer lips
    92, 91, 90, 89, 88, 95, 94, 93,                                          // inner lips
    97, 96};                                                                 // pupils

void require_count(const Landmarks& landmarks) {
  const auto expected = static_cast<std::size_t>(landmarks.scheme);
  if (expected != 68 && expected != 98) {
    throw Error(ErrorCode::invalid_argument, "landmark scheme: " + std::to_string(expected) +
                                                 " is unknown; use ibug68 or wflw98");
  }
  if (landmarks.points.size() != expected) {
    throw Error(ErrorCode::invalid_argument,
                "landmarks: " + std::to_string(landmarks.points.size()) +
                    " points given, but the " + "scheme has " + std::to_string(expected) +
                    "; pass all of them");
  }
  if (!landmarks.confidence.empty() && landmarks.confidence.size() != expected) {
    throw Error(ErrorCode::invalid_argument,
                "landmark confidence: " + std::to_string(landmarks.confidence.size()) +
                    " values for " + std::to_string(expected) + " points; pass one each, or none");
  }
  if (!core::all_finite(landmarks.points)) {
    throw Error(ErrorCode::invalid_argument,
                "landmarks: a coordinate is not finite; pass finite pixel coordinates");
  }
}

Point mean(const std::vector<Point>& points, std::size_t first, std::size_t last) {
  Point sum;
  for (std::size_t i = first; i < last; ++i) {
    sum.x += points[i].x;
    sum.y += points[i].y;
  }
  const auto count = static_cast<float>(last - first);
  return {sum.x / count, sum.y / count};
}

}  // namespace

Landmarks to_ibug68(const Landmarks& landmarks) {
  require_count(landmarks);
  if (landmarks.scheme == LandmarkScheme::ibug68) {
    return landmarks;
  }
  Landmarks result;
  result.scheme = LandmarkScheme::ibug68;
  for (const int index : wflw_of_ibug) {
    const auto i = static_cast<std::size_t>(index);
    result.points.push_back(landmarks.points[i]);
    if (!landmarks.confidence.empty()) {
      result.confidence.push_back(landmarks.confidence[i]);
    }
  }
  return result;
}

std::size_t mirrored_point(LandmarkScheme scheme, std::size_t index) {
  if (index >= static_cast<std::size_t>(scheme) ||
      (scheme != LandmarkScheme::ibug68 && scheme != LandmarkScheme::wflw98)) {
    throw Error(ErrorCode::invalid_argument,
                "landmark " + std::to_string(index) + " of " +
                    std::to_string(static_cast<int>(scheme)) +
                    ": does not exist; use ibug68 or wflw98 and count from 0");
  }
  return scheme == LandmarkScheme::ibug68 ? mirrored_ibug[index] : mirrored_wflw[index];
}

std::array<Point, 2> eye_centers(const Landmarks& landmarks) {
  const Landmarks ibug = to_ibug68(landmarks);
  return {mean(ibug.points, 36, 42), mean(ibug.points, 42, 48)};
}

namespace core {

Landmarks transformed(const Landmarks& landmarks, const Similarity& transform) {
  Landmarks result = landmarks;
  for (Point& p : result.points) {
    p = transform(p);
  }
  return result;
}

}  // namespace core
}  // namespace demask

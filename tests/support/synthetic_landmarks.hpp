// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The landmarks of a frontal face with known positions.

#include <cmath>
#include <cstddef>
#include <vector>

#include "demask/geometry.hpp"

namespace demask::test {

/// The 68 points of an upright, symmetric frontal face, with its eye centers at those of the
/// canonical face of 256 x 256 pixels, mapped by `transform`.
inline Landmarks face_landmarks(const Similarity& transform) {
  constexpr double pi = 3.14159265358979323846;
  std::vector<Point> points;
  const auto add = [&](double x, double y) {
    points.push_back({static_cast<float>(x), static_cast<float>(y)});
  };
  const auto ring = [&](double x, double y, double rx, double ry, int count) {
    for (int i = 0; i < count; ++i) {
      const double angle = pi + 2.0 * pi * i / count;
      add(x + rx * std::cos(angle), y + ry * std::sin(angle));
    }
  };
  for (int i = 0; i <= 16; ++i) {  // jaw, starting at the subject's right ear
    const double angle = pi - pi * i / 16.0;
    add(128.0 + 92.0 * std::cos(angle), 115.0 + 125.0 * std::sin(angle));
  }
  for (const double middle : {89.6, 166.4}) {  // brows
    for (int i = -2; i <= 2; ++i) {
      add(middle + 13.0 * i, 78.0 + 2.0 * i * i);
    }
  }
  for (int i = 0; i < 4; ++i) {  // bridge
    add(128.0, 105.0 + 14.0 * i);
  }
  for (int i = -2; i <= 2; ++i) {  // nostrils
    add(128.0 + 9.0 * i, 160.0 - 2.0 * std::abs(i));
  }
  ring(0.35 * 256.0, 0.42 * 256.0, 16.0, 7.0, 6);
  ring(0.65 * 256.0, 0.42 * 256.0, 16.0, 7.0, 6);
  ring(128.0, 195.0, 32.0, 14.0, 12);
  ring(128.0, 195.0, 24.0, 7.0, 8);
  for (Point& p : points) {
    p = transform(p);
  }
  return {LandmarkScheme::ibug68, points, std::vector<float>(points.size(), 0.9F)};
}

}  // namespace demask::test

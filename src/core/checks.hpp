// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Checks that numbers are finite: neither NaN nor infinite.

#include <algorithm>
#include <cmath>
#include <vector>

#include "demask/geometry.hpp"

namespace demask::core {

inline bool is_finite(const Point& point) {
  return std::isfinite(point.x) && std::isfinite(point.y);
}

inline bool is_finite(const Box& box) {
  return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
         std::isfinite(box.height);
}

/// True if every point is finite.
inline bool all_finite(const std::vector<Point>& points) {
  return std::all_of(points.begin(), points.end(),
                     [](const Point& point) { return is_finite(point); });
}

}  // namespace demask::core

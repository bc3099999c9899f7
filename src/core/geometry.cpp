// SPDX-License-Identifier: Apache-2.0
#include "demask/geometry.hpp"

#include <algorithm>

namespace demask {

float intersection_over_union(const Box& a, const Box& b) noexcept {
  const float width = std::min(a.right(), b.right()) - std::max(a.x, b.x);
  const float height = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
  if (!(width > 0.0F && height > 0.0F)) {
    return 0.0F;
  }
  const float intersection = width * height;
  // Rounding of the edges can make the intersection larger than either box.
  return std::min(1.0F, intersection / (a.area() + b.area() - intersection));
}

Box bounding_box(const std::vector<Point>& points) noexcept {
  if (points.empty()) {
    return {};
  }
  float left = points.front().x;
  float right = left;
  float top = points.front().y;
  float bottom = top;
  for (const Point& p : points) {
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
  }
  return {left, top, right - left, bottom - top};
}

}  // namespace demask

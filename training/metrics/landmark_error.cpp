// SPDX-License-Identifier: Apache-2.0
#include "metrics/landmark_error.hpp"

#include <cmath>

#include "demask/error.hpp"

namespace demask::training {
namespace {

double distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

}  // namespace

double normalized_mean_error(const Landmarks& found, const Landmarks& truth) {
  constexpr std::size_t count = 68;
  if (found.points.size() != count || truth.points.size() != count) {
    throw Error(ErrorCode::invalid_argument,
                "landmarks: the error is defined for 68 points; convert both sets first");
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += distance(found.points[i], truth.points[i]);
  }
  return 100.0 * sum / count / distance(truth.points[36], truth.points[45]);
}

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#include "core/canonical_frame.hpp"

namespace demask::core {

Similarity scaled_around_eyes(double scale, int size) {
  const auto& [right, left] = canonical_eyes;
  const double x = 0.5 * size * (static_cast<double>(right.x) + static_cast<double>(left.x));
  const double y = 0.5 * size * (static_cast<double>(right.y) + static_cast<double>(left.y));
  return {scale, 0.0, (1.0 - scale) * x, (1.0 - scale) * y};
}

}  // namespace demask::core

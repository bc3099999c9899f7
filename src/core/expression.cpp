// SPDX-License-Identifier: Apache-2.0
#include "demask/expression.hpp"

namespace demask {

const char* to_string(Expression expression) noexcept {
  switch (expression) {
    case Expression::as_found:
      return "as_found";
    case Expression::neutral:
      return "neutral";
    case Expression::smile:
      return "smile";
    case Expression::open_mouth:
      return "open_mouth";
  }
  return "unknown";
}

}  // namespace demask

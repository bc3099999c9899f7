// SPDX-License-Identifier: Apache-2.0
#include "demask/quality.hpp"

namespace demask {

const char* to_string(Quality quality) noexcept {
  switch (quality) {
    case Quality::fast:
      return "fast";
    case Quality::fine:
      return "fine";
    case Quality::best:
      return "best";
  }
  return "unknown";
}

}  // namespace demask

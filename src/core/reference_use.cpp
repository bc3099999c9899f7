// SPDX-License-Identifier: Apache-2.0
#include "demask/reference_photo.hpp"

namespace demask {

const char* to_string(ReferenceUse use) noexcept {
  switch (use) {
    case ReferenceUse::none:
      return "none";
    case ReferenceUse::shape:
      return "shape";
    case ReferenceUse::pixels:
      return "pixels";
    case ReferenceUse::refused:
      return "refused";
  }
  return "unknown";
}

}  // namespace demask

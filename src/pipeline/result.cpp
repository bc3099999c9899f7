// SPDX-License-Identifier: Apache-2.0
#include "demask/result.hpp"

#include <algorithm>

namespace demask {

const char* to_string(FaceStatus status) noexcept {
  switch (status) {
    case FaceStatus::reconstructed:
      return "reconstructed";
    case FaceStatus::no_mask:
      return "no_mask";
    case FaceStatus::too_small:
      return "too_small";
    case FaceStatus::not_selected:
      return "not_selected";
    case FaceStatus::landmarks_unreliable:
      return "landmarks_unreliable";
  }
  return "unknown";
}

bool any_reconstructed(const Result& result) noexcept {
  return std::any_of(result.faces.begin(), result.faces.end(), [](const FaceResult& face) {
    return face.status == FaceStatus::reconstructed;
  });
}

}  // namespace demask

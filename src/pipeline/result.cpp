// SPDX-License-Identifier: Apache-2.0
#include "demask/result.hpp"

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

const char* to_string(PipelineStep step) noexcept {
  switch (step) {
    case PipelineStep::detect:
      return "detect";
    case PipelineStep::landmarks:
      return "landmarks";
    case PipelineStep::segment:
      return "segment";
    case PipelineStep::gender:
      return "gender";
    case PipelineStep::inpaint:
      return "inpaint";
    case PipelineStep::composite:
      return "composite";
  }
  return "unknown";
}

}  // namespace demask

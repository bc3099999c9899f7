// SPDX-License-Identifier: Apache-2.0
#include "demask/model_spec.hpp"

namespace demask {

const char* to_string(Stage stage) noexcept {
  switch (stage) {
    case Stage::face_detector:
      return "face_detector";
    case Stage::segmenter:
      return "segmenter";
    case Stage::landmark_detector:
      return "landmark_detector";
    case Stage::gender_classifier:
      return "gender_classifier";
    case Stage::inpainter_female:
      return "inpainter_female";
    case Stage::inpainter_male:
      return "inpainter_male";
    case Stage::inpainter_prior:
      return "inpainter_prior";
    case Stage::shape_model:
      return "shape_model";
  }
  return "unknown";
}

}  // namespace demask

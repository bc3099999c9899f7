// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The stages that a FaceReconstructor is made of.

#include <memory>

#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/segmenter.hpp"

namespace demask {

/// The stages a reconstructor is made of. A stage that is null is taken from the bundle, if any.
struct Stages {
  std::shared_ptr<const FaceDetector> face_detector;          ///< Finds faces.
  std::shared_ptr<const Segmenter> segmenter;                 ///< Finds worn masks.
  std::shared_ptr<const LandmarkDetector> landmark_detector;  ///< Finds landmarks.
  std::shared_ptr<const GenderClassifier> gender_classifier;  ///< Chooses the generator.
  std::shared_ptr<const Inpainter> inpainter_female;          ///< Paints female faces.
  std::shared_ptr<const Inpainter> inpainter_male;            ///< Paints male faces.
};

}  // namespace demask

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

/// The objects that a reconstructor works with, one for each Stage: your own, or those of a bundle
/// where the pointer is null. A shared object is kept as long as the reconstructor lives.
struct Stages {
  std::shared_ptr<const FaceDetector> face_detector;          ///< Finds faces.
  std::shared_ptr<const Segmenter> segmenter;                 ///< Finds worn masks.
  std::shared_ptr<const LandmarkDetector> landmark_detector;  ///< Finds landmarks.
  std::shared_ptr<const GenderClassifier> gender_classifier;  ///< Chooses the generator.
  std::shared_ptr<const Inpainter> inpainter_female;          ///< Paints female faces.
  std::shared_ptr<const Inpainter> inpainter_male;            ///< Paints male faces.
};

}  // namespace demask

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The stages that a FaceReconstructor runs.

#include <memory>

#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/prior_inpainter.hpp"
#include "demask/segmenter.hpp"
#include "demask/shape_model.hpp"

namespace demask {

/// The stages of a reconstructor, one object for each Stage. Where a pointer is null, the bundle's
/// own model is used. The reconstructor shares ownership of the objects for its whole life.
struct Stages {
  std::shared_ptr<const FaceDetector> face_detector;          ///< Finds faces.
  std::shared_ptr<const Segmenter> segmenter;                 ///< Finds the pixels of worn masks.
  std::shared_ptr<const LandmarkDetector> landmark_detector;  ///< Finds landmarks.
  std::shared_ptr<const GenderClassifier> gender_classifier;  ///< Chooses the generator.
  std::shared_ptr<const Inpainter> inpainter_female;          ///< Paints female faces.
  std::shared_ptr<const Inpainter> inpainter_male;            ///< Paints male faces.
  /// Paints faces of both genders for Quality::fine and Quality::best. May be missing.
  std::shared_ptr<const PriorInpainter> inpainter_prior;
  /// Draws the landmarks of variants and expressions. May be missing.
  std::shared_ptr<const ShapeModel> shape_model;
};

}  // namespace demask

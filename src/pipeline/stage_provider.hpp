// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The interface through which a call gets its stages.

#include <vector>

#include "core/workers.hpp"
#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/model_bundle.hpp"
#include "demask/prior_inpainter.hpp"
#include "demask/segmenter.hpp"
#include "demask/shape_model.hpp"

namespace demask::pipeline {

/// The stages of a reconstructor. A stage's function may load it, and throws the errors of loading.
class StageProvider {
 public:
  virtual ~StageProvider() = default;
  /// Threads for work outside the stages.
  virtual const core::Workers& workers() const = 0;
  /// Whether there is no face detector and a segmenter that sees whole photos replaces it.
  virtual bool finds_faces_by_masks() const = 0;
  virtual const FaceDetector& face_detector() const = 0;
  virtual const Segmenter& segmenter() const = 0;
  virtual const LandmarkDetector& landmark_detector() const = 0;
  virtual const GenderClassifier& gender_classifier() const = 0;
  virtual const Inpainter& inpainter(Gender gender) const = 0;
  /// Whether there is a prior inpainter.
  virtual bool has_prior_inpainter() const noexcept = 0;
  virtual const PriorInpainter& prior_inpainter() const = 0;
  /// Whether there is a shape model.
  virtual bool has_shape_model() const noexcept = 0;
  virtual const ShapeModel& shape_model() const = 0;

  /// Starts to load the given stages that are not loaded, in this order, on another thread. Errors
  /// are left for the stage's own function to throw.
  virtual void load_ahead(const std::vector<Stage>& stages) const = 0;
};

}  // namespace demask::pipeline

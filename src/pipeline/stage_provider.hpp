#pragma once

/// @file
/// Where a call of the facade gets its stages from.

#include <vector>

#include "core/workers.hpp"
#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/model_bundle.hpp"
#include "demask/segmenter.hpp"

namespace demask::pipeline {

/// The stages of a reconstructor. A member function throws what loading the stage throws.
class StageProvider {
 public:
  virtual ~StageProvider() = default;
  /// The threads that work beside the stages may use.
  virtual const core::Workers& workers() const = 0;
  /// Whether there is no face detector, but a segmenter that sees whole photos in its place.
  virtual bool finds_faces_by_masks() const = 0;
  virtual const FaceDetector& face_detector() const = 0;
  virtual const Segmenter& segmenter() const = 0;
  virtual const LandmarkDetector& landmark_detector() const = 0;
  virtual const GenderClassifier& gender_classifier() const = 0;
  virtual const Inpainter& inpainter(Gender gender) const = 0;

  /// Begins to load those of `stages` that are not loaded yet, in this order, beside the caller.
  /// What fails is left for the stage's own function to throw.
  virtual void load_ahead(const std::vector<Stage>& stages) const = 0;
};

}  // namespace demask::pipeline

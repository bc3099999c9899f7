// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finds the faces of photos.

#include <cstddef>
#include <optional>
#include <vector>

#include "demask/face_detector.hpp"
#include "demask/geometry.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/segmenter.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

/// A face found in a photo; coordinates in pixels of the photo.
struct FoundFace {
  Box box;
  float score = 0.0F;
  float roll = 0.0F;                         ///< Radians, as in FaceRegion.
  Landmarks landmarks = {};                  ///< If the caller gave them.
  std::optional<std::size_t> instance = {};  ///< Index of the mask it was found by, if any.
};

/// The faces of one photo.
struct FoundFaces {
  std::vector<FoundFace> faces;  ///< In the caller's order if given, else best score first.
  /// The photo's masks, if the faces were found by their masks.
  std::optional<std::vector<MaskInstance>> instances = {};
};

/// The faces that a detector finds in each photo, best score first. A photo without a face that
/// leaves no doubt is also looked at turned if `also_turned` is set.
/// @throws Error model_invalid if the detector violates its interface.
std::vector<FoundFaces> detect_faces(const FaceDetector& detector,
                                     const std::vector<ImageView>& photos,
                                     const DetectOptions& options, bool also_turned);

/// Returns the faces given by the caller, or else finds them with the face detector or, if there is
/// none, with an instance segmenter. Both constructor arguments must outlive it.
class FaceFinder {
 public:
  /// @throws Error of loading the stage that is needed.
  FaceFinder(const StageProvider& stages, const ReconstructOptions& options);
  /// The faces of each photo.
  /// @throws Error model_invalid, and the stage's own errors.
  std::vector<FoundFaces> find(const std::vector<ImageView>& photos) const;

 private:
  FoundFaces given_faces() const;
  FoundFaces masked_faces(const ImageView& photo) const;

  const ReconstructOptions& options_;
  const FaceDetector* detector_ = nullptr;
  const Segmenter* segmenter_ = nullptr;
};

}  // namespace demask::pipeline

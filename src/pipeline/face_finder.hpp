#pragma once

/// @file
/// Which faces a photo has.

#include <cstddef>
#include <optional>
#include <vector>

#include "demask/face_detector.hpp"
#include "demask/geometry.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/segmenter.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

/// A face as it was found in a photo; coordinates in pixels of the photo.
struct FoundFace {
  Box box;
  float score = 0.0F;
  float roll = 0.0F;                         ///< Radians, as in FaceRegion.
  Landmarks landmarks = {};                  ///< If the caller gave them.
  std::optional<std::size_t> instance = {};  ///< The mask that the face was found by, if it was.
};

/// The faces of one photo.
struct FoundFaces {
  std::vector<FoundFace> faces;  ///< In the caller's order, else best score first.
  /// The masks of the photo, if the faces were found by them.
  std::optional<std::vector<MaskInstance>> instances = {};
};

/// The faces that a detector finds in each photo, best score first. `threshold` is that of
/// DetectOptions.
/// @throws Error model_invalid if the detector breaks its promise.
std::vector<FoundFaces> detect_faces(const FaceDetector& detector,
                                     const std::vector<ImageView>& photos,
                                     std::optional<float> threshold);

/// Takes the faces that the caller gives, else those of the face detector or, where there is none,
/// of an instance segmenter. Both arguments must outlive it.
class FaceFinder {
 public:
  /// @throws Error of loading the stage that is needed.
  FaceFinder(const StageProvider& stages, const ReconstructOptions& options);
  /// The faces of each photo.
  /// @throws Error model_invalid, and what the stage throws.
  std::vector<FoundFaces> find(const std::vector<ImageView>& photos) const;

 private:
  FoundFaces given_faces() const;
  FoundFaces masked_faces(const ImageView& photo) const;

  const ReconstructOptions& options_;
  const FaceDetector* detector_ = nullptr;
  const Segmenter* segmenter_ = nullptr;
};

}  // namespace demask::pipeline

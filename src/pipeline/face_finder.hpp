#pragma once

/// @file
/// Which faces a photo has.

#include <optional>
#include <vector>

#include "demask/face_reconstructor.hpp"
#include "pipeline/face_work.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

/// The faces of one photo, best score first.
struct FoundFaces {
  std::vector<FaceWork> faces;  ///< Box, score, roll, landmarks given, and instance are filled.
  /// The masks of the photo, if the faces were found by them.
  std::optional<std::vector<MaskInstance>> instances;
};

/// Takes the faces that the caller gives, else those of the face detector or, where there is none,
/// of an instance segmenter. Both arguments must outlive it.
class FaceFinder {
 public:
  /// @throws Error of loading the stage that is needed.
  FaceFinder(const StageProvider& stages, const ReconstructOptions& options);
  /// Those of each photo.
  /// @throws Error model_invalid, and what the stage throws.
  std::vector<FoundFaces> find(const std::vector<ImageView>& photos) const;

 private:
  FoundFaces given_faces() const;
  std::vector<FoundFaces> detected_faces(const std::vector<ImageView>& photos) const;
  FoundFaces masked_faces(const ImageView& photo) const;

  const ReconstructOptions& options_;
  DetectOptions detection_;
  const FaceDetector* detector_ = nullptr;
  const Segmenter* segmenter_ = nullptr;
};

}  // namespace demask::pipeline

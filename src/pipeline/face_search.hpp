#pragma once

/// @file
/// Where the faces of a photo are.

#include <optional>
#include <vector>

#include "demask/face_detector.hpp"
#include "demask/geometry.hpp"
#include "demask/landmark_detector.hpp"

namespace demask::pipeline {

/// A face that a detector found.
struct FoundFace {
  Box box;
  float score = 0.0F;
  float roll = 0.0F;  ///< Radians, as in FaceRegion.
};

/// Those of each photo, best score first. `threshold` is that of DetectOptions.
/// @throws Error model_invalid if the detector breaks its promise.
std::vector<std::vector<FoundFace>> search_faces(const FaceDetector& detector,
                                                 const std::vector<ImageView>& photos,
                                                 std::optional<float> threshold);

/// One complete set of landmarks per face.
/// @throws Error model_invalid if the detector breaks its promise.
std::vector<Landmarks> search_landmarks(const LandmarkDetector& detector,
                                        const std::vector<FaceRegion>& faces);

/// True if the eyes are far enough apart to align a face by, and not farther than the photo is
/// large.
bool can_be_aligned(const Landmarks& landmarks, const ImageView& photo);

/// Mean confidence of the points; 1 for a set that tells none.
float mean_confidence(const Landmarks& landmarks);

/// Each point of a set seen through a transform.
Landmarks transformed(const Landmarks& landmarks, const Similarity& transform);

}  // namespace demask::pipeline

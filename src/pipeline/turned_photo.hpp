// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Faces in photos that are stored on their side or upside down.

#include <vector>

#include "demask/face_detector.hpp"
#include "demask/image.hpp"

namespace demask::pipeline {

/// A face in a photo, and the quarter turns in which it was found.
struct TurnedDetection {
  Detection face;     ///< In pixels of the photo as it is stored.
  float roll = 0.0F;  ///< Radians, as in FaceRegion.
};

/// Looks at a photo turned by 90, 180 and 270 degrees if `upright`, the faces found in it as it is
/// stored, has none with a score that leaves no doubt. Returns the faces of the direction with the
/// best face, best score first; the upright one is preferred if scores are nearly equal.
/// @throws Error model_invalid if the detector violates its interface.
std::vector<TurnedDetection> find_in_best_direction(const FaceDetector& detector,
                                                    const ImageView& photo,
                                                    const DetectOptions& options,
                                                    const std::vector<Detection>& upright);

}  // namespace demask::pipeline

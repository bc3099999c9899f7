// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finds and judges the landmarks of faces.

#include <vector>

#include "demask/landmark_detector.hpp"

namespace demask::pipeline {

/// One complete set of landmarks per face.
/// @throws Error model_invalid if the detector violates its interface.
std::vector<Landmarks> detect_landmarks(const LandmarkDetector& detector,
                                        const std::vector<FaceRegion>& faces);

/// The mean confidence of the points; 1 if the set has no confidences.
float mean_confidence(const Landmarks& landmarks);

}  // namespace demask::pipeline

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 2, box -> landmarks and their confidence.
/// In: photo, box and roll of each active face. Out: its landmarks, in pixels of the photo. Faces
/// whose landmarks are too uncertain to paint by are finished.

#include <vector>

#include "demask/landmark_detector.hpp"
#include "pipeline/call.hpp"

namespace demask::pipeline {

/// Finds the landmarks of the active faces that have none.
/// @throws Error of loading the stage, or cancelled.
void find_landmarks(Call& call);

/// Finishes faces whose landmarks are too uncertain, after they have been aligned: that their masks
/// are known keeps these from being given to their neighbors.
/// @throws Error model_invalid, or of loading the stage.
void finish_uncertain_faces(Call& call);

/// One complete set of landmarks per face.
/// @throws Error model_invalid if the detector breaks its promise.
std::vector<Landmarks> detect_landmarks(const LandmarkDetector& detector,
                                        const std::vector<FaceRegion>& faces);

/// The mean confidence of the points; 1 for a set that tells none.
float mean_confidence(const Landmarks& landmarks);

}  // namespace demask::pipeline

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 2, box -> landmarks and their confidence.
/// In: photo, box and roll of each active face. Out: its landmarks, in pixels of the photo, and the
/// box and roll of a face that is seen better when turned. Faces whose landmarks are too uncertain
/// for painting are finished.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// Finds landmarks for the active faces that have none.
/// @throws Error of loading the stage, or cancelled.
void find_landmarks(Call& call);

/// Finishes faces whose landmarks are too uncertain. Call it after aligning: an aligned face, even
/// a finished one, keeps its mask from being assigned to a neighbor.
/// @throws Error model_invalid, or of loading the stage.
void finish_uncertain_faces(Call& call);

}  // namespace demask::pipeline

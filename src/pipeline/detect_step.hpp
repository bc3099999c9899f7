// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 1, photo -> faces.
/// In: the photos of the call. Out: the faces of the call, each with photo, box, score, roll and,
/// if given or found with it, landmarks and mask instance; the masks of photos whose faces are
/// found by them. Faces that are not selected or too small are finished.

#include <vector>

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// The faces of one photo that are known before the call, in the order of the result.
struct KnownFaces {
  std::vector<Face>
      faces;  ///< With photo, box, score, landmarks and, in a video, history and time.
  double detect_milliseconds = 0.0;  ///< Spent on finding them.
  int face_index = 0;                ///< In place of that of the options.
};

/// Checks the photos and finds their faces.
/// @throws Error of loading a stage, or cancelled.
void detect(Call& call);

/// Takes faces that are known; one list for each photo of the call. The photos are not checked.
/// @throws Error cancelled.
void take_known_faces(Call& call, std::vector<KnownFaces> photos);

}  // namespace demask::pipeline

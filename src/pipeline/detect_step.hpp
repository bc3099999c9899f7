// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 1, photo -> faces.
/// In: the photos of the call. Out: the faces of the call, each with photo, box, score, roll and,
/// if known, landmarks and mask instance; the mask instances of photos whose faces were found by
/// their masks. Faces that are not selected or too small are finished.

#include <vector>

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// The faces of one photo that are known before the call, in the order of the results.
struct KnownFaces {
  std::vector<Face>
      faces;  ///< With photo, box, score, landmarks and, in a video, history and time.
  double detect_milliseconds = 0.0;  ///< Time spent on finding them.
  int face_index = 0;                ///< Replaces face_index of the options.
};

/// Checks the photos and finds their faces.
/// @throws Error of loading a stage, or cancelled.
void detect(Call& call);

/// Takes faces that are already known, one list per photo of the call. The photos are not checked.
/// @throws Error cancelled.
void take_known_faces(Call& call, std::vector<KnownFaces> photos);

}  // namespace demask::pipeline

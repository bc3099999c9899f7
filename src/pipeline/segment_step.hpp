// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 4, canonical square -> hole.
/// In: canonical square, landmarks and similarity of each active face; the mask instances of photos
/// whose faces were found by their masks; the caller's mask, if given. Out: the hole to paint (the
/// mask, dilated, with its straps); for faces whose straps leave the square, also the surround (the
/// square with room around it) and the hole in it. Faces without a mask, or whose mask hides the
/// eyes, are finished.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// @throws Error of loading the stage, or cancelled.
void segment(Call& call);

}  // namespace demask::pipeline

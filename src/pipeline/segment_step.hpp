// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 4, canonical square -> hole.
/// In: canonical square, landmarks and similarity of each active face; the masks of photos whose
/// faces were found by them; the caller's mask, if given. Out: the hole that is painted, the mask
/// grown and with its straps; for faces whose straps leave the square, the square with room around
/// it and the hole there. Faces without a mask, or whose mask hides the eyes, are finished.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// @throws Error of loading the stage, or cancelled.
void segment(Call& call);

}  // namespace demask::pipeline

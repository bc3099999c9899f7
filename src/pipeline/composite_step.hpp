// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 7, painted square -> photo.
/// In: the copied photos; painted square, hole and similarity of each active face; and if straps
/// leave the square, the surround (the square with room around it) and the hole in it. Out: the
/// photos with the faces pasted in, the mask of changed pixels, and the results of all faces.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// Pastes the painted faces and moves the results of all faces to their photos. No earlier step may
/// run afterward.
/// @throws Error cancelled.
void composite(Call& call);

}  // namespace demask::pipeline

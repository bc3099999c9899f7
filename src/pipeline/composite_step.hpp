// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 7, painted square -> photo.
/// In: painted square, hole and similarity of each active face, and where straps leave the square,
/// the square with room around it and the hole there; the copied photos. Out: the photos with the
/// faces, which pixels of them are changed, and the results of all faces.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// Pastes the painted faces and moves the results of all faces to their photos. The steps before
/// must not follow again.
/// @throws Error cancelled.
void composite(Call& call);

}  // namespace demask::pipeline

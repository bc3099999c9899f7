// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A second look at faces whose landmarks are unsure, because the head may lie on its side or be
/// upside down.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// Looks at each face with low landmark confidence turned: along the line through the eyes found,
/// and, where the detector finds it so, by 90, 180 and 270 degrees. If a turned look finds surer
/// landmarks, they replace the face's landmarks, box and roll. Returns the faces where they do.
/// @throws Error of the detectors.
Faces look_again_where_unsure(const Call& call, const Faces& faces);

/// Removes from the call each face that turns out to be the same as another, surer one, now that
/// the boxes of `moved` have changed. Pointers to faces are invalid afterward.
void drop_doubles(Call& call, const Faces& moved);

}  // namespace demask::pipeline

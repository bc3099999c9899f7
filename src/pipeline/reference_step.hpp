// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Between steps 5 and 6, reference photos -> likeness.
/// In: canonical landmarks and hole of each active face, and the reference photos of the call. Out:
/// for each face that has a reference, the landmarks under the mask as that of the reference, the
/// reference's face in its square if pixels are taken from it, and what was taken and why no more.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// @throws Error of the stages, or cancelled.
void use_references(Call& call);

}  // namespace demask::pipeline

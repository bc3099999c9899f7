// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 5, canonical square -> gender.
/// In: canonical square of each active face, and the caller's choice. Out: the gender whose
/// generator paints the face, and whether it is uncertain.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// @throws Error of loading the stage, or cancelled.
void choose_gender(Call& call);

}  // namespace demask::pipeline

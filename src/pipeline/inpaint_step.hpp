// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Step 6, canonical square, hole and landmarks -> painted square.
/// In: canonical square, hole, landmarks and gender of each active face. Out: the painted square
/// and, if requested and the gender is uncertain, the one painted by the other generator. The
/// direct inpainter paints every face; with Quality::fine or best, the prior inpainter then paints
/// over it.

#include "pipeline/call.hpp"

namespace demask::pipeline {

/// @throws Error of loading a stage, or cancelled.
void inpaint(Call& call);

}  // namespace demask::pipeline

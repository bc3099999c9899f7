// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Part of the inpaint step: replaces what the direct inpainter painted by what the prior inpainter
/// paints, where that fits the face.

#include "pipeline/call.hpp"
#include "pipeline/face_picture.hpp"

namespace demask::pipeline {

/// Whether the prior inpainter paints the faces of a call.
bool paints_with_prior(const Call& call);

/// Units of progress that one face takes.
std::size_t prior_units(const Call& call);

/// In: a picture of each active face among `faces`, painted by the direct inpainter. Out: the same
/// picture with the prior's painting in the hole, mixed by how well the generated face fits the
/// visible part; result.quality.
/// @throws Error of loading the stage, or cancelled.
void paint_with_prior(Call& call, const Faces& faces, const FacePicture& picture, Tally& tally);

}  // namespace demask::pipeline

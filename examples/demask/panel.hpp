// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Pictures that explain a reconstruction.

#include "demask/demask.hpp"

namespace demask::program {

/// Draws input, masks, landmarks and result side by side and, below, a row for each of the first
/// masked faces: the aligned face before, its mask, and after. Returns an RGB image.
Image draw_panel(const ImageView& input, const Result& result);

/// Draws the variants of each face that has some, side by side and captioned, after the face with
/// its mask. Returns an RGB image. There must be such a face.
Image draw_variant_sheet(const Result& result);

}  // namespace demask::program

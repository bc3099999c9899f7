// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A picture that explains a reconstruction.

#include "demask/demask.hpp"

namespace demask::program {

/// Draws input, masks, landmarks and result side by side and, below, a row for each of the first
/// masked faces: the aligned face before, its mask, and after. Returns an RGB image.
Image draw_panel(const ImageView& input, const Result& result);

}  // namespace demask::program

#pragma once

/// @file
/// A picture that shows what was found and done.

#include "demask/demask.hpp"

namespace demask::program {

/// Input, masks, landmarks and result side by side; below, for each of the first faces that a mask
/// was found on, the aligned face before, its mask, and after. RGB.
Image draw_panel(const ImageView& input, const Result& result);

}  // namespace demask::program

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// How painted pixels are blended into a photo, and which of its pixels they cover.

#include "demask/image.hpp"

namespace demask {

/// How the painted face is blended into the photo. The values match the C ABI.
enum class BlendMode : int {
  feather = 0,  ///< Color matched along the rim, faded in over a few pixels inside the hole.
  poisson = 1,  ///< Gradients copied, colors solved for (Perez et al., SIGGRAPH 2003).
  none = 2      ///< Pasted without blending.
};

/// A binary mask over the rectangle of the photo whose top left pixel is (x, y); 255 means covered.
struct MaskRegion {
  int x = 0;     ///< Leftmost column in the photo.
  int y = 0;     ///< Topmost row in the photo.
  Image pixels;  ///< Gray; empty if there is no mask.
};

}  // namespace demask

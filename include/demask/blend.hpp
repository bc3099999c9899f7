#pragma once

/// @file
/// How painted pixels are joined to a photo, and which of its pixels they cover.

#include "demask/image.hpp"

namespace demask {

/// How the painted face is joined to the photo. Values are those of the C ABI.
enum class BlendMode : int {
  feather = 0,  ///< Colour matched along the rim and faded in over a few pixels inside the hole.
  poisson = 1,  ///< Gradients are copied and the colours solved for (Perez et al., SIGGRAPH 2003).
  none = 2      ///< Pasted as painted.
};

/// A binary mask over the rectangle of the photo whose top left pixel is (x, y): 255 is covered.
struct MaskRegion {
  int x = 0;     ///< Left column.
  int y = 0;     ///< Top row.
  Image pixels;  ///< Gray; empty if there is no mask.
};

}  // namespace demask

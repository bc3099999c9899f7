// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The landmarks of one plausible face.

#include "demask/geometry.hpp"

namespace demask {

/// Landmarks that fit what is seen of a face.
struct FaceShape {
  Landmarks landmarks;  ///< The landmarks of the whole face.
  /// How likely the shape is, in (0, 1]: its density over that of the most likely one, to the power
  /// of 1 over the number of coordinates.
  float likelihood = 1.0F;
};

}  // namespace demask

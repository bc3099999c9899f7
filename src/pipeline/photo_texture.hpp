// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The sharpness and the noise of a photo on a face, which its painted pixels must match.

#include "demask/image.hpp"
#include "pipeline/face.hpp"

namespace demask::pipeline {

/// What painted pixels lack at the photo's scale.
struct PhotoTexture {
  double sharpening = 0.0;  ///< Amount of the unsharp mask for pixels that are enlarged.
  double noise = 0.0;       ///< Standard deviation of the photo's noise, in levels.
};

/// Measures the visible part of an aligned face in its photo.
/// @param holes  Gray, of the photo's size: 255 in the holes of all faces, where nothing is
/// measured.
PhotoTexture photo_texture(const Face& face, const Image& holes);

}  // namespace demask::pipeline

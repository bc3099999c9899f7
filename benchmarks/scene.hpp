// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Makes images with a chosen number of masked faces.

#include "demask/face_reconstructor.hpp"
#include "demask/image.hpp"

namespace demask::benchmarks {

/// Size and contents of a scene.
struct SceneOptions {
  int width = 1280;
  int height = 720;
  int faces = 1;
  int face_size = 256;  ///< Larger side of each face's box in pixels.
};

/// Makes a gray RGB image with copies of a photo's largest face on a regular grid.
/// @throws Error invalid_argument if no masked face is found in the photo, or the copies do not
///         fit into the image.
Image make_scene(const ImageView& photo, const FaceReconstructor& reconstructor,
                 const SceneOptions& options);

}  // namespace demask::benchmarks

#pragma once

/// @file
/// Pictures with a chosen number of masked faces.

#include "demask/face_reconstructor.hpp"
#include "demask/image.hpp"

namespace demask::benchmarks {

/// What a scene shows.
struct SceneOptions {
  int width = 1280;
  int height = 720;
  int faces = 1;
  int face_size = 256;  ///< Larger side of each face's box in pixels.
};

/// A gray RGB picture with copies of the largest face of a photo on a regular grid.
/// @throws Error invalid_argument if no masked face is found in the photo, or the copies do not
///         fit into the picture.
Image make_scene(const ImageView& photo, const FaceReconstructor& reconstructor,
                 const SceneOptions& options);

}  // namespace demask::benchmarks

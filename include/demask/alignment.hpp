#pragma once

/// @file
/// Cutting the canonical face out of a photo.

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask {

/// The canonical face that Segmenter, GenderClassifier and Inpainter look at: RGB, `size` x `size`,
/// the photo seen through canonical_similarity(landmarks, size), black where the photo has no
/// pixels. `landmarks` are in pixels of the photo.
/// @throws Error invalid_image, invalid_argument (landmarks malformed or eyes that coincide, size
///         not in [1, 4096]).
[[nodiscard]] DEMASK_API Image canonical_face(const ImageView& photo, const Landmarks& landmarks,
                                              int size = canonical_size);
/// The canonical face of an image, a temporary included.
[[nodiscard]] inline Image canonical_face(const Image& photo, const Landmarks& landmarks,
                                          int size = canonical_size) {
  return canonical_face(photo.view(), landmarks, size);
}

}  // namespace demask

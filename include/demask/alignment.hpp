// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Cutting the canonical face out of a photo.

#include "demask/export.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask {

/// Cuts out the canonical face that Segmenter, GenderClassifier and Inpainter take: RGB, `size` x
/// `size` pixels, the photo warped by canonical_similarity(landmarks, size), black outside the
/// photo. `landmarks` are in pixels of the photo.
/// @throws Error invalid_image, invalid_argument (malformed landmarks, coinciding eyes, or a size
///         outside [1, 4096]).
[[nodiscard]] DEMASK_API Image canonical_face(const ImageView& photo, const Landmarks& landmarks,
                                              int size = canonical_size);
/// Cuts out the canonical face; takes temporaries too. @throws Error as the overload for views.
[[nodiscard]] inline Image canonical_face(const Image& photo, const Landmarks& landmarks,
                                          int size = canonical_size) {
  return canonical_face(photo.view(), landmarks, size);
}

}  // namespace demask

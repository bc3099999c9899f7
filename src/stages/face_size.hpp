// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The smallest face that an option asks for.

#include <algorithm>

#include "demask/image.hpp"

namespace demask::stages {

/// A `min_face_size` in pixels of the photo: values below 1 are fractions of its longer side.
inline float face_size_in_pixels(float size, const ImageView& photo) {
  return size < 1.0F ? size * static_cast<float>(std::max(photo.width, photo.height)) : size;
}

}  // namespace demask::stages

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Scaling of the canonical face within its square.

#include "demask/geometry.hpp"

namespace demask::core {

/// The similarity that scales a canonical square of `size` pixels by `scale` around the midpoint of
/// the eyes. A `scale` below 1 shrinks the face.
Similarity scaled_around_eyes(double scale, int size = canonical_size);

}  // namespace demask::core

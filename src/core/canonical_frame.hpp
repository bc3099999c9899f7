#pragma once

/// @file
/// The square of the canonical face.

#include "demask/geometry.hpp"

namespace demask::core {

/// Makes what lies in a canonical square of `size` pixels smaller (`scale` below 1) around the
/// middle of the eyes, which stays where it is.
Similarity scaled_around_eyes(double scale, int size = canonical_size);

}  // namespace demask::core

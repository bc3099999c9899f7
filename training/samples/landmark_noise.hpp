// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Landmarks with errors like those of a detector on masked faces.

#include <cstddef>

#include "augment/augmentation.hpp"
#include "demask/geometry.hpp"

namespace demask::training {

/// Whether a point of the 68 belongs to a part that a mask hides at least partly: jaw, nose, mouth.
bool is_under_mask(std::size_t point);

/// Adds a detector's errors to the 68 landmarks of an upright masked face. Errors of hidden points
/// are correlated: jaw, nose and mouth each move, stretch and open as a whole, as they do when a
/// detector infers them from the visible part of the face.
/// @param strength 1 gives the errors of the default detector on masked faces, 0 gives none.
Landmarks with_detector_noise(const Landmarks& landmarks, float strength, Random& random);

}  // namespace demask::training

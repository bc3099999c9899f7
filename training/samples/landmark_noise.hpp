#pragma once

/// @file
/// Landmarks with errors like those of a detector on masked faces.

#include <cstddef>

#include "augment/augmentation.hpp"
#include "demask/geometry.hpp"

namespace demask::training {

/// Whether a mask hides the point of the 68, in whole or in part: jaw, nose and mouth.
bool is_under_mask(std::size_t point);

/// The 68 landmarks of an upright masked face as a detector would give them. Errors of hidden
/// points are not independent: jaw, nose and mouth each move, stretch and open as a whole, as they
/// do when what is under a mask is inferred.
/// @param strength 1 is what the default detector errs by on masked faces, 0 is no error at all.
Landmarks with_detector_noise(const Landmarks& landmarks, float strength, Random& random);

}  // namespace demask::training

#pragma once

/// @file
/// The normalized mean error of landmarks.

#include "demask/geometry.hpp"

namespace demask::training {

/// Normalized mean error of 68 points: their mean distance over the distance of the outer eye
/// corners (points 36 and 45) of the truth, in percent.
/// @throws Error invalid_argument unless both sets have 68 points.
double normalized_mean_error(const Landmarks& found, const Landmarks& truth);

}  // namespace demask::training

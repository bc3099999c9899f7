// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The normalized mean error of landmarks.

#include "demask/geometry.hpp"

namespace demask::training {

/// Normalized mean error of 68 points, in percent: their mean distance from the truth, divided by
/// the distance between the true outer eye corners (points 36 and 45).
/// @throws Error invalid_argument unless both sets have 68 points.
double normalized_mean_error(const Landmarks& found, const Landmarks& truth);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// How far a head is turned.

#include "demask/geometry.hpp"

namespace demask::core {

/// How far a head is turned to the side, in degrees: an estimate from where the tip of the nose
/// lies between the two sides of the jaw along the line of the eyes, whatever the head's roll.
/// Positive toward the subject's left.
/// @throws Error invalid_argument if the landmarks are malformed.
double yaw_degrees(const Landmarks& landmarks);

}  // namespace demask::core

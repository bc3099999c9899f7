// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Moves landmarks from one picture into another.

#include "demask/geometry.hpp"

namespace demask::core {

/// The landmarks with `transform` applied to each point; scheme and confidences stay.
Landmarks transformed(const Landmarks& landmarks, const Similarity& transform);

}  // namespace demask::core

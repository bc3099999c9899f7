// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Refuses options outside their documented ranges.

#include "demask/image.hpp"
#include "demask/reconstruct_options.hpp"

namespace demask::pipeline {

/// Checks the options that do not depend on a photo.
/// @throws Error invalid_argument.
void check_options(const ReconstructOptions& options);

/// Refuses NaN and values outside [min, max]. `name` names the option in the message.
/// @throws Error invalid_argument.
void require_range(const char* name, double value, double min, double max);

/// Checks that a mask given by the caller fits its photo.
/// @throws Error invalid_argument or invalid_image.
void check_given_mask(const ImageView& mask, const ImageView& photo);

}  // namespace demask::pipeline

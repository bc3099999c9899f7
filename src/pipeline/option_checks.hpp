#pragma once

/// @file
/// Refuses options outside their documented ranges.

#include "demask/image.hpp"
#include "demask/reconstruct_options.hpp"

namespace demask::pipeline {

/// Options that can be judged without a photo. @throws Error invalid_argument.
void check_options(const ReconstructOptions& options);

/// Refuses a value outside [min, max], and NaN. @throws Error invalid_argument.
void require_range(const char* name, double value, double min, double max);

/// A mask given by the caller against its photo. @throws Error invalid_argument or invalid_image.
void check_given_mask(const ImageView& mask, const ImageView& photo);

}  // namespace demask::pipeline

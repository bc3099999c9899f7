#pragma once

/// @file
/// Refuses options outside their documented ranges.

#include "demask/face_reconstructor.hpp"
#include "demask/video_reconstructor.hpp"

namespace demask::pipeline {

/// Options that can be judged without a photo. @throws Error invalid_argument.
void check_options(const ReconstructOptions& options);

/// The same for a video. @throws Error invalid_argument.
void check_options(const VideoOptions& options);

/// A mask given by the caller against its photo. @throws Error invalid_argument or invalid_image.
void check_given_mask(const ImageView& mask, const ImageView& photo);

}  // namespace demask::pipeline

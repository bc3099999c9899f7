#pragma once

/// @file
/// Refuses options of a video outside their documented ranges.

#include "demask/video_reconstructor.hpp"

namespace demask::video {

/// @throws Error invalid_argument.
void check_options(const VideoOptions& options);

}  // namespace demask::video

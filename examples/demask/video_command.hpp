// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The command `video`: reconstructs a video.

#include "options.hpp"

namespace demask::program {

/// Reconstructs every frame of a video and returns the program's exit code.
/// @throws UsageError, BundleError, Error unreadable_file (the video), unwritable_file.
int run_video(const VideoArguments& arguments);

}  // namespace demask::program

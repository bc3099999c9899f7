// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The command `camera`: shows a camera's view with the faces under the masks painted.

#include "options.hpp"

namespace demask::program {

/// Shows what a camera sees before and after, until the window is closed, and returns the program's
/// exit code.
/// @throws UsageError (no display, no camera), BundleError.
int run_camera(const CameraArguments& arguments);

}  // namespace demask::program

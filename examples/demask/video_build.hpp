// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Which libraries this build reads and writes videos with.

#include <string>

namespace demask::program {

/// A line on the libraries that read and write videos, with their version and license.
std::string video_build_info();

}  // namespace demask::program

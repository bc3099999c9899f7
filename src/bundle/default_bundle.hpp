// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Where to look for the default bundle.

#include <filesystem>
#include <vector>

namespace demask::bundle {

/// The folders to search, in order: the one named by the environment variable DEMASK_MODELS or, if
/// it is not set, the install folder relative to this library and the source tree.
std::vector<std::filesystem::path> default_bundle_folders();

}  // namespace demask::bundle

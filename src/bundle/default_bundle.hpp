#pragma once

/// @file
/// Where the default bundle may lie.

#include <filesystem>
#include <vector>

namespace demask::bundle {

/// The places to look, best first: what DEMASK_MODELS names, or else the install prefix relative to
/// this library and the source tree.
std::vector<std::filesystem::path> default_bundle_folders();

}  // namespace demask::bundle

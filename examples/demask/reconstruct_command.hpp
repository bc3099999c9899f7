// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The command `reconstruct`: reconstructs photos.

#include "options.hpp"

namespace demask::program {

/// Reconstructs every photo and returns the program's exit code.
/// @throws UsageError, BundleError, Error unwritable_file (the report).
int run_reconstruct(const ReconstructArguments& arguments);

}  // namespace demask::program

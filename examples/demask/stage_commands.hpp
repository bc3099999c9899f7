// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The commands for single stages. Each prints a JSON document on stdout and returns the exit code.

#include "options.hpp"

namespace demask::program {

/// @throws UsageError, BundleError.
int run_detect(const StageArguments& arguments);
int run_landmarks(const StageArguments& arguments);
int run_gender(const StageArguments& arguments);
/// With an output, also writes the masks of a photo as one gray PNG of the photo's size.
int run_segment(const StageArguments& arguments);

}  // namespace demask::program

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The command `models`: prints what a bundle holds.

#include "options.hpp"

namespace demask::program {

/// Prints what a bundle holds, with the measured quality of each model. Returns the exit code.
/// @throws BundleError.
int run_models(const ModelsArguments& arguments);

}  // namespace demask::program

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// demask studio: a page in the browser.

#include "options.hpp"

namespace demask::program {

/// Serves the page until Ctrl-C and returns the exit code. @throws BundleError, UsageError, Error.
int run_studio(const StudioArguments& arguments);

}  // namespace demask::program

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The command `demask version`.

namespace demask::program {

/// Prints the version, what the library was built with, and the license of this build. Returns the
/// exit code.
int run_version();

}  // namespace demask::program

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Runs a program and waits for it.

#include <filesystem>
#include <string>
#include <vector>

namespace demask::training {

/// Runs a program, waits for it, and appends its standard output and error to the file `log`. A
/// program name without a slash is looked up in PATH.
/// @throws Error internal if it cannot be started or its exit status is not 0; the message names
///         the program and the file.
void run_command(const std::vector<std::string>& words, const std::filesystem::path& log);

}  // namespace demask::training

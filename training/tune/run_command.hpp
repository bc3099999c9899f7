#pragma once

/// @file
/// Runs a program to its end.

#include <filesystem>
#include <string>
#include <vector>

namespace demask::training {

/// Runs a program to its end, with both of its outputs appended to a file. A name without a slash
/// is looked up in PATH.
/// @throws Error internal if it cannot be started or does not end with 0; the message names the
///         program and the file.
void run_command(const std::vector<std::string>& words, const std::filesystem::path& log);

}  // namespace demask::training

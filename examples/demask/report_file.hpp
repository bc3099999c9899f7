// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Where a report goes: to a file, with pictures beside it, or to a stream.

#include <filesystem>
#include <string>

namespace demask::program {

/// Whether a report is a file with a folder for pictures, and not a pipe, a device or `-`. An empty
/// path is none.
bool is_file_report(const std::filesystem::path& report);

/// Writes a report to a file, whole or not at all, or to a stream.
/// @throws Error unwritable_file.
void write_report(const std::filesystem::path& path, const std::string& text);

}  // namespace demask::program

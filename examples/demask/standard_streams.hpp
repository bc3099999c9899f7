// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Standard input and output as files, and what happens if they are closed or full.

#include <filesystem>
#include <string>

namespace demask::program {

/// The name under which arguments mean standard input or output.
inline constexpr const char* standard_stream = "-";

/// Prepares the streams of a process, before it opens any file: streams that are closed stay
/// reserved, so that no file takes their place, and writing to a closed pipe fails instead of
/// ending the process.
void reserve_standard_streams();

/// Checks that everything printed on standard output has arrived.
/// @throws Error unwritable_file (it is closed, or its disk is full).
void check_standard_output();

/// Whether a path names the standard output: `-`, /dev/stdout or one of its other names.
bool is_standard_output(const std::filesystem::path& path);

/// Returns the file to read for an argument: for `-` a file in memory with everything that standard
/// input delivers, which is read by the first call; else the argument itself.
/// @throws Error unreadable_file.
std::filesystem::path readable_file(const std::filesystem::path& argument);

/// Replaces the path of a file that readable_file() returned for `-` in a text by "standard input".
std::string with_stream_name(std::string text, const std::filesystem::path& file);

}  // namespace demask::program

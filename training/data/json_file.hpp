// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads and writes JSON files.

#include <filesystem>
#include <nlohmann/json.hpp>

namespace demask::training {

/// Reads a JSON file. @throws Error unreadable_file (missing) or invalid_argument (not JSON).
nlohmann::json read_json(const std::filesystem::path& file);

/// Writes indented JSON under a temporary name that is then renamed into place.
/// @throws Error unwritable_file.
void write_json(const std::filesystem::path& file, const nlohmann::json& value);

}  // namespace demask::training

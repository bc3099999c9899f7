#pragma once

/// @file
/// JSON files, read and written.

#include <filesystem>
#include <nlohmann/json.hpp>

namespace demask::training {

/// @throws Error unreadable_file (missing) or invalid_argument (not JSON).
nlohmann::json read_json(const std::filesystem::path& file);

/// Writes indented, under a temporary name that is then renamed into place.
/// @throws Error unwritable_file.
void write_json(const std::filesystem::path& file, const nlohmann::json& value);

}  // namespace demask::training

#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace demask::training {

/// Appends a row of named numbers to a CSV file, with a header line if the file is new.
/// @throws Error unwritable_file.
void append_row(const std::filesystem::path& file,
                const std::vector<std::pair<std::string, double>>& row);

}  // namespace demask::training

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace demask::training {

/// Writes a table that CsvTable reads, under a temporary name that is then renamed into place.
/// @throws Error unwritable_file.
void write_csv(const std::filesystem::path& file, const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows);

}  // namespace demask::training

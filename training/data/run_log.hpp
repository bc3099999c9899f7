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

/// Shows how far a run is on one line of the terminal; silent where standard error is none.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  /// @param fraction done, in [0, 1].
  void show(double fraction, const std::string& text);

 private:
  bool terminal_;
};

}  // namespace demask::training

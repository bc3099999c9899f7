#pragma once

/// @file
/// A progress line on the terminal.

#include <string>

namespace demask::training {

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

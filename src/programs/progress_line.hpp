// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A line on the terminal that shows how far a run has come.

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace demask::programs {

/// Shows, on one line of standard error, what is worked on, a bar, and the time that is left.
/// Silent if standard error is not a terminal, apart from message(). A run is either counted, with
/// advance(), or measured, with show_fraction(). Any number of threads may call one object.
class ProgressLine {
 public:
  /// @param total  Units of a counted run; 0 if unknown, and for a measured run. It may be an
  ///               estimate.
  /// @param unit   What is counted, such as "frames"; may be empty.
  explicit ProgressLine(std::size_t total = 0, std::string unit = "");
  /// Clears the line.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Counts one more unit as done.
  void advance();
  /// Shows what a counted run works on.
  void show(const std::string& what);
  /// Shows how much of a measured run is done, in [0, 1], and what it works on.
  void show_fraction(double done, const std::string& what);
  /// Prints a line of its own on standard error, terminal or not, above the bar.
  void message(const std::string& text);
  /// Units done per second so far.
  double rate() const;

 private:
  // With the mutex held:
  double elapsed_seconds() const;
  std::string counted_text() const;
  std::string measured_text() const;
  void draw() const;

  mutable std::mutex mutex_;
  const std::size_t total_;
  const std::string unit_;
  const bool is_terminal_;
  const std::chrono::steady_clock::time_point start_;
  std::size_t done_ = 0;    // of a counted run
  double fraction_ = -1.0;  // of a measured run; negative if the run is counted
  std::string what_;
};

}  // namespace demask::programs

#pragma once

/// @file
/// How far a run has come, on a terminal.

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace demask::program {

/// A line on stderr with count, rate and the time that is left; silent if stderr is no terminal.
/// Any number of threads may call one object.
class ProgressBar {
 public:
  /// @param total  0 if it is not known. @param unit  what is counted, or nothing.
  explicit ProgressBar(std::size_t total, std::string unit = "");
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Shows what is worked on.
  void show(const std::string& what);
  /// Counts one more as done.
  void advance();
  /// Prints a line of its own on stderr, terminal or not, above the bar.
  void message(const std::string& text);
  /// Done a second so far.
  double rate() const;

 private:
  // With the mutex held:
  double seconds_each() const;
  void draw();
  void clear() const;

  mutable std::mutex mutex_;
  std::size_t total_;
  std::string unit_;
  std::size_t done_ = 0;
  std::string what_;
  bool is_terminal_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace demask::program

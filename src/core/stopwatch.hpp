// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Measures how long work takes.

#include <chrono>

namespace demask::core {

/// Starts on construction.
class Stopwatch {
 public:
  /// Milliseconds since construction.
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace demask::core

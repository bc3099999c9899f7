// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Measures time and memory of work in a child process.

#include <functional>

namespace demask::benchmarks {

/// Time and memory that a child process used for some work.
struct Footprint {
  double milliseconds = 0.0;
  double peak_megabytes = 0.0;  ///< Peak resident set of the process, in units of 2^20 bytes.
};

/// Runs the work in a child process. Call before this process has started any thread.
/// @throws Error internal if the child fails.
Footprint in_fresh_process(const std::function<void()>& work);

}  // namespace demask::benchmarks

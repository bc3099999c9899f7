#pragma once

/// @file
/// Time and memory of work in a process of its own.

#include <functional>

namespace demask::benchmarks {

/// What a process of its own took for some work.
struct Footprint {
  double milliseconds = 0.0;
  double peak_megabytes = 0.0;  ///< Largest resident set of the process, in 2^20 bytes.
};

/// Runs the work in a child process. Call before this process has started any thread.
/// @throws Error internal if the child fails.
Footprint in_fresh_process(const std::function<void()>& work);

}  // namespace demask::benchmarks

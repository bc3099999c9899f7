// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Counts the allocations of a program, and makes them fail: every operator new, and the pixels of
/// every cv::Mat.

#include <cstddef>

namespace demask::test {

/// The number of allocations not yet freed, over all threads.
std::size_t live_allocations();

/// Makes OpenCV allocate pixels through the counter. Call it once, before the first image is made.
void count_matrices();

/// Which allocations fail once the counter reaches its end.
enum class Failing {
  one,  ///< One allocation, as when a large block does not fit.
  all   ///< That allocation and all later ones, as when memory is exhausted.
};

/// While it lives, allocation `number` (from 0) of this thread fails.
class AllocationFailure {
 public:
  AllocationFailure(std::size_t number, Failing failing);
  ~AllocationFailure();
  AllocationFailure(const AllocationFailure&) = delete;
  AllocationFailure& operator=(const AllocationFailure&) = delete;

  /// Whether that allocation was requested.
  static bool happened();
};

}  // namespace demask::test

#pragma once

/// @file
/// Counts the allocations of a program, and lets them fail: every operator new, and the pixels of
/// every cv::Mat.

#include <cstddef>

namespace demask::test {

/// Allocations that were made and not yet given back, of all threads.
std::size_t live_allocations();

/// Has OpenCV take its pixels through the count. Call once, before the first image is made.
void count_matrices();

/// Which allocations fail once the counter has run down.
enum class Failing {
  one,  ///< A single one, as when a large block does not fit.
  all   ///< That one and all later ones, as when memory is exhausted.
};

/// While it lives, allocation `number` (from 0) of this thread fails.
class AllocationFailure {
 public:
  AllocationFailure(std::size_t number, Failing failing);
  ~AllocationFailure();
  AllocationFailure(const AllocationFailure&) = delete;
  AllocationFailure& operator=(const AllocationFailure&) = delete;

  /// Whether the allocation was asked for.
  static bool happened();
};

}  // namespace demask::test

#pragma once

/// @file
/// The order of threads in a parallel region, told to tools.

#include <atomic>

namespace demask::runtime {

/// OpenMP orders the threads of a region before what follows it, but by means that
/// ThreadSanitizer does not see. This says the same with an atomic.
class VisibleOrder {
 public:
  /// What this thread has done comes before what others do after follow().
  void precede() noexcept { step_.fetch_add(1, std::memory_order_release); }
  void follow() const noexcept { step_.load(std::memory_order_acquire); }

 private:
  std::atomic<int> step_{0};
};

}  // namespace demask::runtime

#pragma once

/// @file
/// Work on many items, divided among the threads of one call.

#include <cstddef>
#include <functional>

namespace demask::core {

/// The threads that RuntimeOptions::threads allows a call; 0 takes OpenMP's own number.
class Workers {
 public:
  explicit Workers(int threads) noexcept : threads_(threads) {}

  /// Calls `work(i)` for each i below `count`, in any order and several at once; returns when all
  /// are done. Of several exceptions that of the smallest i is thrown.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& work) const;

 private:
  int threads_;
};

}  // namespace demask::core

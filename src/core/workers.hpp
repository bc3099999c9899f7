// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Divides work on many items among the threads of one call.

#include <cstddef>
#include <functional>

namespace demask::core {

/// The threads that a call may use (RuntimeOptions::threads); 0 takes OpenMP's default. A thread
/// that came through fork() works alone.
class Workers {
 public:
  explicit Workers(int threads) noexcept : threads_(threads) {}

  /// Calls `work(i)` for each i below `count`, in any order and in parallel; returns when all calls
  /// are done. If several calls throw, the exception of the smallest i is rethrown.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& work) const;

 private:
  int threads_;
};

}  // namespace demask::core

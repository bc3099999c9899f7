// SPDX-License-Identifier: Apache-2.0
#include "core/workers.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <vector>

#include "core/fork.hpp"

namespace demask::core {
namespace {

/// Repeats, with an atomic, the ordering that OpenMP guarantees at the start and end of a parallel
/// region, because ThreadSanitizer does not see OpenMP's own.
class VisibleOrder {
 public:
  /// Orders everything this thread has done before what other threads do after follow().
  void precede() noexcept { step_.fetch_add(1, std::memory_order_release); }
  void follow() const noexcept { step_.load(std::memory_order_acquire); }

 private:
  std::atomic<int> step_{0};
};

}  // namespace

void Workers::for_each(std::size_t count, const std::function<void(std::size_t)>& work) const {
  const int wanted = threads_ > 0 ? threads_ : omp_get_max_threads();
  const int allowed = came_through_fork() ? 1 : wanted;
  const int used =
      static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(allowed), count));
  if (used < 2) {
    for (std::size_t i = 0; i < count; ++i) {
      work(i);
    }
    return;
  }
  std::vector<std::exception_ptr> errors(count);
  VisibleOrder order;
  order.precede();
#pragma omp parallel for num_threads(used) schedule(dynamic)
  for (std::size_t i = 0; i < count; ++i) {
    order.follow();
    try {
      work(i);
    } catch (...) {
      errors[i] = std::current_exception();
    }
    order.precede();
  }
  order.follow();
  for (const std::exception_ptr& error : errors) {
    if (error) {
      std::rethrow_exception(error);
    }
  }
}

}  // namespace demask::core

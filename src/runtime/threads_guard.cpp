// SPDX-License-Identifier: Apache-2.0
#include "runtime/threads_guard.hpp"

#include <ATen/Parallel.h>
#include <omp.h>

#include "core/fork.hpp"

namespace demask::runtime {

ThreadsGuard::ThreadsGuard(int wanted) {
  const int threads = core::came_through_fork() ? 1 : wanted;
  if (threads > 0) {
    previous_ = at::get_num_threads();  // First initializes ATen, so it cannot overwrite this.
    omp_set_num_threads(threads);
  }
}

ThreadsGuard::~ThreadsGuard() {
  if (previous_ > 0) {
    omp_set_num_threads(previous_);
  }
}

}  // namespace demask::runtime

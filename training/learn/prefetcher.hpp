// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Makes batches ahead of their use.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "programs/bounded_queue.hpp"

namespace demask::training {

/// Makes consecutively numbered batches ahead of their use, in its own thread.
template <typename Batch>
class Prefetcher {
 public:
  /// Makes the batch with a number.
  using Make = std::function<Batch(std::uint64_t)>;

  /// @param first     Number of the first batch to make.
  /// @param capacity  Maximum number of batches waiting to be used.
  Prefetcher(Make make, std::uint64_t first, std::size_t capacity = 3)
      : make_(std::move(make)), queue_(capacity), worker_([this, first] { work(first); }) {}

  ~Prefetcher() {
    queue_.close();
    worker_.join();
  }

  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// Waits for the next batch and returns it. Rethrows an exception of `make`.
  Batch next() {
    std::optional<Batch> batch = queue_.pop();
    if (!batch) {
      std::rethrow_exception(failure_);
    }
    return std::move(*batch);
  }

 private:
  void work(std::uint64_t number) {
    try {
      while (queue_.push(make_(number))) {
        ++number;
      }
    } catch (...) {
      failure_ = std::current_exception();
      queue_.close();
    }
  }

  Make make_;
  programs::BoundedQueue<Batch> queue_;
  std::exception_ptr failure_;  // set before the queue is closed
  std::thread worker_;          // last, so that all other members exist when it starts
};

}  // namespace demask::training

#pragma once

/// @file
/// Makes batches in a helper thread ahead of their use.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace demask::training {

/// Makes batches 0, 1, 2 ... ahead of their use, in a helper thread with a bounded queue.
template <typename Batch>
class Prefetcher {
 public:
  using Make = std::function<Batch(std::uint64_t)>;

  /// @param first number of the first batch to make.
  Prefetcher(Make make, std::uint64_t first, std::size_t capacity = 3)
      : make_(std::move(make)), capacity_(capacity), worker_([this, first] { work(first); }) {}

  ~Prefetcher() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }

  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// The next batch; waits for it if need be. Throws what its making threw.
  Batch next() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return !queue_.empty() || failure_ != nullptr; });
    if (queue_.empty()) {
      std::rethrow_exception(failure_);
    }
    Batch batch = std::move(queue_.front());
    queue_.pop_front();
    changed_.notify_all();
    return batch;
  }

 private:
  void work(std::uint64_t number) {
    try {
      for (;; ++number) {
        Batch batch = make_(number);
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return stopped_ || queue_.size() < capacity_; });
        if (stopped_) {
          return;
        }
        queue_.push_back(std::move(batch));
        changed_.notify_all();
      }
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      failure_ = std::current_exception();
      changed_.notify_all();
    }
  }

  Make make_;
  std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> queue_;
  std::exception_ptr failure_;
  bool stopped_ = false;
  std::thread worker_;  // last, so that all else exists when it starts
};

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A queue of limited length between the threads of a program.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace demask::programs {

/// Hands items from threads that push to threads that pop, first in, first out. A thread waits
/// while the queue is full or empty. Any number of threads may call one object.
template <typename Item>
class BoundedQueue {
 public:
  /// @param capacity  The largest number of items in the queue, at least 1.
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Waits for room and adds an item. Returns false, and drops the item, if the queue is closed.
  bool push(Item item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return items_.size() < capacity_ || is_closed_; });
    if (is_closed_) {
      return false;
    }
    items_.push_back(std::move(item));
    changed_.notify_all();
    return true;
  }

  /// Waits for an item and takes it out. Returns nothing if the queue is closed and empty.
  std::optional<Item> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !items_.empty() || is_closed_; });
    if (items_.empty()) {
      return std::nullopt;
    }
    Item item = std::move(items_.front());
    items_.pop_front();
    changed_.notify_all();
    return item;
  }

  /// Ends all waiting: no more items are added, and those in the queue can still be popped.
  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  std::size_t capacity_;
  bool is_closed_ = false;
};

}  // namespace demask::programs

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Counts the memory that uploads and results take, against one limit.

#include <cstddef>
#include <mutex>
#include <utility>

namespace demask::studio {

/// A number of bytes of which parts can be reserved. Must outlive its reservations.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : free_(bytes) {}

  /// A part of the budget, given back by the destructor.
  class Reservation {
   public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept { swap(other); }
    Reservation& operator=(Reservation&& other) noexcept {
      swap(other);
      return *this;
    }
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;
    ~Reservation() {
      if (budget_ != nullptr) {
        budget_->give_back(bytes_);
      }
    }
    /// False if the budget did not have enough left.
    explicit operator bool() const noexcept { return budget_ != nullptr; }

   private:
    friend class MemoryBudget;
    Reservation(MemoryBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}
    void swap(Reservation& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
    }
    MemoryBudget* budget_ = nullptr;
    std::size_t bytes_ = 0;
  };

  [[nodiscard]] Reservation reserve(std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (bytes > free_) {
      return {};
    }
    free_ -= bytes;
    return {*this, bytes};
  }

 private:
  void give_back(std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_ += bytes;
  }

  std::mutex mutex_;
  std::size_t free_;
};

}  // namespace demask::studio

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The handles that a sequence of fuzzed calls holds.

#include <fuzzer/FuzzedDataProvider.h>

#include <cstddef>
#include <vector>

namespace demask::fuzz {

/// The handles of one type that a caller holds.
template <typename Handle>
class Pool {
 public:
  explicit Pool(void (*free)(Handle*)) : free_(free) {}
  ~Pool() {
    for (Handle* handle : handles_) free_(handle);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void add(Handle* handle) {
    if (handle != nullptr) handles_.push_back(handle);
  }
  /// One of the handles, or NULL.
  Handle* any(FuzzedDataProvider& input) const {
    if (handles_.empty()) return nullptr;
    const std::size_t index = input.ConsumeIntegralInRange<std::size_t>(0, handles_.size());
    return index < handles_.size() ? handles_[index] : nullptr;
  }
  void free_any(FuzzedDataProvider& input) {
    if (handles_.empty()) return free_(nullptr);
    const std::size_t index = input.ConsumeIntegralInRange<std::size_t>(0, handles_.size() - 1);
    free_(handles_[index]);
    handles_.erase(handles_.begin() + static_cast<std::ptrdiff_t>(index));
  }

 private:
  void (*free_)(Handle*);
  std::vector<Handle*> handles_;
};

}  // namespace demask::fuzz

#pragma once

/// @file
/// Stages that are loaded when they are first needed.

#include <functional>
#include <memory>
#include <mutex>

namespace demask::pipeline {

/// A stage that is given, or loaded on first use. Any number of threads may call get() at once; one
/// loads and the others wait. A failed load is tried again by the next call.
template <typename StageType>
class LazyStage {
 public:
  using Loader = std::function<std::unique_ptr<StageType>()>;

  LazyStage(std::shared_ptr<const StageType> given, Loader load)
      : stage_(std::move(given)), load_(std::move(load)) {}

  const StageType& get() const {
    const std::lock_guard lock(mutex_);
    if (!stage_) {
      stage_ = load_();
    }
    return *stage_;
  }

  bool is_loaded() const {
    const std::lock_guard lock(mutex_);
    return stage_ != nullptr;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const StageType> stage_;
  Loader load_;
};

}  // namespace demask::pipeline

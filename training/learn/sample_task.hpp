// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A training task for one network and one kind of samples.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "learn/learner.hpp"
#include "learn/prefetcher.hpp"
#include "learn/trainer.hpp"

namespace demask::training {

/// Trains one network on batches of `Samples`, whose training_batch(number, count) is called in a
/// helper thread. A subclass adds the stage's loss and validation.
template <typename Samples>
class SampleTask : public Task {
 public:
  std::vector<Learner*> learners() override { return {&learner_}; }

  void start(std::int64_t first_step) override {
    loader_.emplace(
        [this](std::uint64_t number) { return samples_.training_batch(number, options_.batch); },
        static_cast<std::uint64_t>(first_step));
  }

  Figures step(const Moment& moment) override {
    Batch batch = loader_->next();
    Loss loss = loss_of(batch);
    loss.total.backward();
    learner_.update(moment.rate_factor);
    loss.terms.insert(loss.terms.begin(), {"loss", loss.total.template item<double>()});
    return loss.terms;
  }

 protected:
  using Batch = decltype(std::declval<Samples&>().training_batch(0, 0));

  /// The minimized loss and the figures of its terms, whose names never change.
  struct Loss {
    at::Tensor total;
    Figures terms;
  };

  /// Constructs the samples from `arguments`.
  template <typename... Arguments>
  SampleTask(const TrainingOptions& options, Learner learner, Arguments&&... arguments)
      : options_(options),
        learner_(std::move(learner)),
        samples_(std::forward<Arguments>(arguments)...) {}

  virtual Loss loss_of(Batch& batch) = 0;

  torch::jit::Module& module() { return learner_.module(); }
  const Samples& samples() const { return samples_; }

 private:
  TrainingOptions options_;
  Learner learner_;
  Samples samples_;
  std::optional<Prefetcher<Batch>> loader_;  // last: its thread uses `samples_`
};

}  // namespace demask::training

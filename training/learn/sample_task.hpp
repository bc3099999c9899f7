#pragma once

/// @file
/// A training task of one network on samples of one kind.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "learn/learner.hpp"
#include "learn/prefetcher.hpp"
#include "learn/trainer.hpp"

namespace demask::training {

/// A task that trains one network on the batches of `Samples`, whose member function
/// training_batch(number, count) makes them in a helper thread. A stage adds its loss and its
/// validation.
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

  /// What is minimized, and figures of its parts, whose names never change.
  struct Loss {
    at::Tensor total;
    Figures terms;
  };

  /// The samples are made of `arguments`.
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A module in training with its optimizer and moving average.

#include <torch/script.h>
#include <torch/torch.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace demask::training {

/// How a module is optimized: AdamW (Loshchilov & Hutter 2019) with clipped gradients.
struct LearnerOptions {
  double learning_rate = 3e-4;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double weight_decay = 0.0;
  double average_decay = 0.999;  ///< Decay of the exponential moving average of the weights.
  double clip_norm = 5.0;        ///< Maximum norm of the gradient.
  c10::Device device = c10::Device(c10::kCPU);
  /// Parameters whose names begin with one of these learn at `slow_factor` times the rate.
  std::vector<std::string> slow_prefixes;
  double slow_factor = 0.1;
};

/// A scripted module in training, with its optimizer and the moving average of its parameters and
/// buffers. Not thread-safe.
class Learner {
 public:
  /// Loads the module onto the device and puts it in training mode with channels-last memory.
  /// @throws Error unreadable_file or model_invalid.
  Learner(const std::filesystem::path& file, const LearnerOptions& options);

  /// Puts a loaded module in training mode with channels-last memory.
  Learner(torch::jit::Module module, const LearnerOptions& options);

  torch::jit::Module& module() noexcept { return module_; }

  /// Sets whether the parameters require gradients.
  void require_gradients(bool required);

  /// Clips the gradients, takes one optimizer step at `rate_factor` times the learning rate,
  /// updates the average and clears the gradients. A step with a non-finite gradient is skipped.
  /// @throws Error internal after 20 skipped steps in a row.
  void update(double rate_factor);

  /// Saves all state to an archive, and restores it from one.
  void save(torch::serialize::OutputArchive& archive) const;
  void load(torch::serialize::InputArchive& archive);

  /// Writes the averaged module in evaluation mode as TorchScript; the file appears whole.
  void export_average(const std::filesystem::path& file);

 private:
  friend class AverageScope;
  void make_optimizer();
  void update_average();
  void swap_average();

  LearnerOptions options_;
  torch::jit::Module module_;
  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> state_;    // Parameters and buffers of the module.
  std::vector<at::Tensor> average_;  // One for each of `state_`.
  std::unique_ptr<torch::optim::AdamW> optimizer_;
  std::int64_t updates_ = 0;
  int skipped_in_a_row_ = 0;
};

/// For its lifetime, the learner's module holds its averaged weights and is in evaluation mode.
class AverageScope {
 public:
  explicit AverageScope(Learner& learner);
  ~AverageScope();
  AverageScope(const AverageScope&) = delete;
  AverageScope& operator=(const AverageScope&) = delete;

 private:
  Learner& learner_;
};

}  // namespace demask::training

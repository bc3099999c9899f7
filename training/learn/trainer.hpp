#pragma once

/// @file
/// The training loop: steps, validation, checkpoints, logs.

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "data/image_batch.hpp"
#include "learn/learner.hpp"
#include "learn/training_options.hpp"
#include "runtime/mixed_precision.hpp"

namespace demask::training {

/// Named numbers, in the order of the log's columns.
using Figures = std::vector<std::pair<std::string, double>>;

/// Where a run stands.
struct Moment {
  std::int64_t step = 0;
  double minutes = 0.0;      ///< Of training, over all resumptions.
  double rate_factor = 1.0;  ///< Of the learning rate: warm-up, then cosine to 2 %.
};

/// What a stage adds to the common loop.
class Task {
 public:
  virtual ~Task() = default;
  /// Everything that is optimized. The first one is the stage's model.
  virtual std::vector<Learner*> learners() = 0;
  /// Names of the files, without .pt, that the learners are exported to.
  virtual std::vector<std::string> file_names() const { return {"model"}; }
  /// Starts loading batches, the first of which is for step `first_step`.
  virtual void start(std::int64_t first_step) = 0;
  /// One batch: forward, backward, update. The names of the figures never change.
  virtual Figures step(const Moment& moment) = 0;
  /// Measures the first learner, which holds its averaged weights, on the validation split. May
  /// write pictures into the run folder.
  virtual Figures validate(const std::filesystem::path& run) = 0;

 protected:
  Task() = default;
  Task(const Task&) = default;
  Task& operator=(const Task&) = default;
};

/// Trains until the time is up, the steps are done, or SIGINT or SIGTERM comes. The run folder then
/// holds checkpoint.pt (resumed from automatically), model.pt (averaged weights, TorchScript,
/// evaluation mode) and what else the task exports, log.csv and validation.csv.
/// @throws Error unwritable_file, internal (diverged), and what the task throws.
void train(Task& task, const TrainingOptions& options);

/// Sets the threads, seed and executor that training wants. Call once, before any tensor is made.
/// @throws Error device_unavailable if this LibTorch or machine has not the device.
void prepare_torch(const TrainingOptions& options);

/// Autocast to bfloat16 while it lives, if the device has bfloat16 instructions.
class AutocastScope {
 public:
  explicit AutocastScope(const c10::Device& device = c10::Device(c10::kCPU));
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  bool active_;
  runtime::Bf16Autocast autocast_;
};

/// [B,C,H,W] in [0, 1], channels last, of 8-bit images.
at::Tensor to_tensor(ImageBatch& batch);

/// Draws the same item of several [B,3,S,S] tensors in [0, 1] side by side, `per_row` items to a
/// row, at most 16 in all. A failure to write is not an error.
void write_sheet(const std::filesystem::path& file, const std::vector<at::Tensor>& kinds,
                 std::int64_t per_row);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The training loop: steps, validation, checkpoints, logs.

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
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

/// Progress of a run.
struct Moment {
  std::int64_t step = 0;
  double minutes = 0.0;      ///< Minutes of training, including those before it was resumed.
  double rate_factor = 1.0;  ///< Factor on the learning rate: warm-up, then cosine to 2 %.
};

/// The part of the training loop that differs between stages.
class Task {
 public:
  virtual ~Task() = default;
  /// All learners that are optimized. The first is the stage's model.
  virtual std::vector<Learner*> learners() = 0;
  /// Names, without .pt, of the files that the learners are exported to.
  virtual std::vector<std::string> file_names() const { return {"model"}; }
  /// Starts loading batches, beginning with the batch for step `first_step`.
  virtual void start(std::int64_t first_step) = 0;
  /// Trains on one batch: forward, backward, update. The names of the figures never change.
  virtual Figures step(const Moment& moment) = 0;
  /// Measures the first learner, which holds its averaged weights, on the validation split. May
  /// write images into the run folder.
  virtual Figures validate(const std::filesystem::path& run) = 0;

 protected:
  Task() = default;
  Task(const Task&) = default;
  Task& operator=(const Task&) = default;
};

/// Trains until the time is up, the steps are done, or SIGINT or SIGTERM arrives. The run folder
/// then holds checkpoint.pt (resumed from automatically), model.pt (averaged weights, TorchScript,
/// evaluation mode), any other files that the task exports, log.csv and validation.csv.
/// @throws Error unwritable_file, internal (diverged), and what the task throws.
void train(Task& task, const TrainingOptions& options);

/// Sets the threads, seed and executor for training. Call once, before any tensor is made.
/// @throws Error device_unavailable if LibTorch or the machine lacks the device.
void prepare_torch(const TrainingOptions& options);

/// Autocasts to bfloat16 for its lifetime if the device has bfloat16 instructions.
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

/// Converts 8-bit images to a channels-last tensor [B,C,H,W] in [0, 1].
at::Tensor to_tensor(ImageBatch& batch);

/// Converts a tensor [C,H,W] to an 8-bit image of C channels, 1 or 3: 0 and less become 0, 1 and
/// more become 255.
cv::Mat to_picture(const at::Tensor& image);

/// Draws each item of several [B,3,S,S] tensors in [0, 1] side by side, `per_row` items to a row,
/// at most 16 items in all. A failure to write is ignored.
void write_sheet(const std::filesystem::path& file, const std::vector<at::Tensor>& kinds,
                 std::int64_t per_row);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A loaded TorchScript module. All calls to LibTorch go through it.

#include <memory>
#include <string>
#include <vector>

#include "demask/model_source.hpp"
#include "demask/runtime_options.hpp"
#include "runtime/tensor.hpp"

namespace demask::runtime {

/// A frozen module in evaluation mode. Immutable: any number of threads may call run() at once.
class ScriptModel {
 public:
  /// Loads the module, freezes it and moves it to the device.
  /// @param name  Names the model in error messages.
  /// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
  ScriptModel(const std::string& name, const ModelSource& source, const RuntimeOptions& options);
  ~ScriptModel();
  ScriptModel(ScriptModel&&) noexcept;
  ScriptModel& operator=(ScriptModel&&) noexcept;

  /// Runs the module's forward, which may write to the inputs: move them in if you do not need them
  /// afterward. Tuples and lists in its output are flattened in order.
  /// @throws Error model_invalid if the module fails, or returns anything but finite tensors.
  std::vector<Tensor> run(std::vector<Tensor> inputs) const;

  /// Runs forward on inputs [B,...] whose items are independent. On a CPU, if there are enough
  /// items, each thread takes parts of the batch small enough to stay in its cache. Returns the
  /// outputs [B,...] of the whole batch.
  /// @throws Error as run() does.
  std::vector<Tensor> run_batch(std::vector<Tensor> inputs) const;

  /// Runs forward like run_batch(), for a module that returns a list with the outputs of each item
  /// in turn.
  /// @throws Error as run() does.
  std::vector<Tensor> run_each(std::vector<Tensor> inputs) const;

  const std::string& name() const noexcept;

 private:
  /// The outputs of each part of the batch, in order.
  std::vector<std::vector<Tensor>> run_parts(std::vector<Tensor> inputs) const;

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace demask::runtime

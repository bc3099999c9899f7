#pragma once

/// @file
/// A loaded TorchScript module. The one gate to LibTorch.

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
  /// Loads, freezes and moves the module to the device.
  /// @param name names the model in error messages.
  /// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
  ScriptModel(const std::string& name, const ModelSource& source, const RuntimeOptions& options);
  ~ScriptModel();
  ScriptModel(ScriptModel&&) noexcept;
  ScriptModel& operator=(ScriptModel&&) noexcept;

  /// Runs the module's forward, which may write to the inputs: move them here if they are not
  /// needed any more. Tuples and lists in its output are flattened in order.
  /// @throws Error model_invalid if the module fails, or returns anything but finite tensors.
  std::vector<Tensor> run(std::vector<Tensor> inputs) const;

  /// Runs forward on inputs [B,...] whose items do not depend on each other: on a processor each
  /// thread takes parts of the batch, if there are enough items, so small that layers stay in the
  /// thread's own cache. Outputs [B,...] as run() gives them.
  /// @throws Error as run() does.
  std::vector<Tensor> run_batch(std::vector<Tensor> inputs) const;

  /// The same for a module that returns a list in which the outputs of the items follow each other.
  std::vector<Tensor> run_each(std::vector<Tensor> inputs) const;

  const std::string& name() const noexcept;

 private:
  /// The outputs of the parts that the threads took, in order.
  std::vector<std::vector<Tensor>> run_parts(std::vector<Tensor> inputs) const;

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace demask::runtime

// SPDX-License-Identifier: Apache-2.0
#include "runtime/script_model.hpp"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include "core/fork.hpp"
#include "core/workers.hpp"
#include "demask/error.hpp"
#include "runtime/batch_parts.hpp"
#include "runtime/mixed_precision.hpp"
#include "runtime/module_loader.hpp"
#include "runtime/threads_guard.hpp"
#include "runtime/torch_errors.hpp"
#include "runtime/torch_tensor.hpp"

namespace demask::runtime {
namespace {

// Storing the weights in oneDNN's layout saves a reordering in every call and makes the result
// independent of the number of threads.
torch::jit::Module prepare(torch::jit::Module module, const RuntimeOptions& options,
                           c10::Device device) {
  // Freezing needs inlined methods; the host may have disabled inlining for its thread.
  const torch::jit::GraphOptimizerEnabledGuard inlining(true);
  if (options.dtype == DType::bf16) {
    torch::jit::Module frozen = torch::jit::freeze(module);
    round_weights(frozen, {"forward"});
    return frozen;
  }
  return device.is_cpu() ? torch::jit::optimize_for_inference(module) : torch::jit::freeze(module);
}

void flatten(const c10::IValue& value, const std::string& name, std::vector<Tensor>& outputs) {
  if (value.isTensor() && value.toTensor().defined()) {
    outputs.push_back(to_host(value.toTensor(), name));
  } else if (value.isTuple()) {
    for (const c10::IValue& element : value.toTupleRef().elements()) {
      flatten(element, name, outputs);
    }
  } else if (value.isList()) {
    for (const c10::IValue& element : value.toListRef()) {
      flatten(element, name, outputs);
    }
  } else {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: it returns a {}; return tensors, or tuples and lists of them",
                            name, value.tagKind()));
  }
}

}  // namespace

struct ScriptModel::State {
  std::string name;
  c10::Device device;
  RuntimeOptions options;
  torch::jit::Module module;
  torch::jit::Method forward;

  // Each guard changes a setting of the calling thread only and restores the host's. The profiling
  // executor is off because it would recompile whenever a shape changes.
  std::vector<Tensor> run(std::vector<Tensor>& inputs, std::int64_t first,
                          std::int64_t last) const {
    const c10::InferenceMode inference_mode;
    const torch::jit::GraphOptimizerEnabledGuard fixed_graph(false);
    const Bf16Autocast autocast(device, options.dtype == DType::bf16);
    std::vector<c10::IValue> arguments;
    arguments.reserve(inputs.size());
    for (Tensor& input : inputs) {
      // The bf16 kernels want the channels innermost; the fp32 graph chooses its own layout.
      arguments.emplace_back(to_device(input, device, options.dtype == DType::bf16, first, last));
    }
    std::vector<Tensor> outputs;
    torch::jit::Method method = forward;
    flatten(method(std::move(arguments)), name, outputs);
    return outputs;
  }

  [[noreturn]] void throw_run_failed() const {
    throw_translated(name, "it fails on its input",
                     "check the sizes and the variant that the manifest gives it");
  }
};

ScriptModel::ScriptModel(const std::string& name, const ModelSource& source,
                         const RuntimeOptions& options) {
  const core::Activity activity;
  const ThreadsGuard one_thread(1);  // Others may be missing, because the process was forked.
  const c10::Device device = checked_device(options);
  torch::jit::Module loaded = load_module(name, source, device);
  require_method(name, loaded, "forward");
  try {
    const torch::jit::Module module = prepare(loaded, options, device);
    state_ =
        std::make_unique<State>(State{name, device, options, module, module.get_method("forward")});
  } catch (...) {
    throw_translated(name, "it cannot be frozen",
                     "keep forward from writing to the module's attributes");
  }
}

ScriptModel::~ScriptModel() = default;
ScriptModel::ScriptModel(ScriptModel&&) noexcept = default;
ScriptModel& ScriptModel::operator=(ScriptModel&&) noexcept = default;

std::vector<Tensor> ScriptModel::run(std::vector<Tensor> inputs) const {
  const core::Activity activity;
  const ThreadsGuard threads(state_->options.threads);
  try {
    return state_->run(inputs, 0, std::numeric_limits<std::int64_t>::max());
  } catch (...) {
    state_->throw_run_failed();
  }
}

std::vector<Tensor> ScriptModel::run_batch(std::vector<Tensor> inputs) const {
  return joined(run_parts(std::move(inputs)), state_->name);
}

std::vector<Tensor> ScriptModel::run_each(std::vector<Tensor> inputs) const {
  std::vector<Tensor> outputs;
  for (std::vector<Tensor>& part : run_parts(std::move(inputs))) {
    std::move(part.begin(), part.end(), std::back_inserter(outputs));
  }
  return outputs;
}

std::vector<std::vector<Tensor>> ScriptModel::run_parts(std::vector<Tensor> inputs) const {
  const core::Activity activity;
  const ThreadsGuard threads(state_->options.threads);
  const std::int64_t parts =
      state_->device.is_cpu() ? part_count(inputs.at(0).shape, at::get_num_threads()) : 1;
  std::vector<std::vector<Tensor>> outputs(static_cast<std::size_t>(parts));
  if (parts < 2) {
    outputs.front() = run(std::move(inputs));
    return outputs;
  }
  const std::int64_t items = inputs.front().shape.front();
  try {
    // Within a parallel region, ATen uses a single thread.
    core::Workers(at::get_num_threads()).for_each(outputs.size(), [&](std::size_t index) {
      const auto part = static_cast<std::int64_t>(index);
      outputs[index] = state_->run(inputs, items * part / parts, items * (part + 1) / parts);
    });
  } catch (...) {
    state_->throw_run_failed();
  }
  return outputs;
}

const std::string& ScriptModel::name() const noexcept { return state_->name; }

}  // namespace demask::runtime

// SPDX-License-Identifier: Apache-2.0
#include "runtime/script_model.hpp"

#include <ATen/Parallel.h>
#include <caffe2/serialize/file_adapter.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <fmt/format.h>
#include <omp.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/cuda.h>
#include <torch/script.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/fork.hpp"
#include "core/workers.hpp"
#include "demask/error.hpp"
#include "runtime/batch_parts.hpp"
#include "runtime/mixed_precision.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_safety.hpp"
#include "runtime/torch_errors.hpp"

namespace demask::runtime {
namespace {

c10::Device parse_device(const std::string& text) {
  const std::string_view prefix = "cuda:";
  const bool numbered = text.size() > prefix.size() && text.size() <= prefix.size() + 3 &&
                        text.compare(0, prefix.size(), prefix) == 0 &&
                        text.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
  if (text == "cpu") {
    return c10::Device(c10::kCPU);
  }
  if (text != "cuda" && !numbered) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("device '{}': it is not known; use cpu, cuda or cuda:N", text));
  }
  const int index = numbered ? std::stoi(text.substr(prefix.size())) : 0;
  const auto available = static_cast<int>(torch::cuda::device_count());
  if (index >= available) {
    throw Error(
        ErrorCode::device_unavailable,
        fmt::format("device '{}': LibTorch sees {} CUDA devices here; use cpu", text, available));
  }
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

void check_options(const RuntimeOptions& options) {
  if (options.threads < 0) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("threads: {} is negative; pass 0 to keep ATen's own setting", options.threads));
  }
  if (options.dtype != DType::fp32 && options.dtype != DType::bf16) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("dtype: {} is not a number format; use fp32 or bf16",
                            static_cast<int>(options.dtype)));
  }
}

// Lends the caller's bytes to the archive reader.
class MemoryReader final : public caffe2::serialize::ReadAdapterInterface {
 public:
  MemoryReader(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
  size_t size() const override { return size_; }
  size_t read(uint64_t position, void* buffer, size_t count, const char* /*what*/) const override {
    if (position >= size_) {
      return 0;
    }
    const std::size_t available = std::min(count, size_ - static_cast<std::size_t>(position));
    std::memcpy(buffer, bytes_ + position, available);
    return available;
  }

 private:
  const std::uint8_t* bytes_;
  std::size_t size_;
};

void require_readable(const std::string& name, const std::filesystem::path& path) {
  std::error_code ignored;
  const char* reason = nullptr;
  if (!std::filesystem::exists(path, ignored)) {
    reason = "there is no such file";
  } else if (!std::filesystem::is_regular_file(path, ignored)) {
    reason = "it is not a file";
  } else if (!std::ifstream(path, std::ios::binary)) {
    reason = "it cannot be opened";
  }
  if (reason != nullptr) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: cannot read {}: {}; check the path and its permissions", name,
                            path.string(), reason));
  }
}

torch::jit::Module load_module(const std::string& name, const ModelSource& source,
                               c10::Device device) {
  if (source.bytes == nullptr) {
    require_readable(name, source.path);
  }
  try {
    std::shared_ptr<caffe2::serialize::ReadAdapterInterface> reader;
    if (source.bytes == nullptr) {
      reader = std::make_shared<caffe2::serialize::FileAdapter>(source.path.string());
    } else {
      reader = std::make_shared<MemoryReader>(source.bytes, source.size);
    }
    require_passive_archive(name, reader);
    // Moving the module to another device reads its weights, so their sizes are checked first.
    torch::jit::Module module = torch::jit::load(reader, c10::kCPU);
    require_harmless(name, module);
    module.to(device);
    return module;
  } catch (...) {
    throw_translated(name, "it does not load as TorchScript",
                     "save the module with torch.jit.script(...).save(...), and check that the "
                     "file is complete");
  }
}

// A file may store its weights in 16 bits to save space; all computation starts from 32 bits.
void widen_weights(const torch::jit::Module& module) {
  const auto widen = [](const at::Tensor& weights) {
    if (weights.scalar_type() == at::kHalf || weights.scalar_type() == at::kBFloat16) {
      weights.set_data(weights.detach().to(at::kFloat));
    }
  };
  for (const at::Tensor& parameter : module.parameters()) {
    widen(parameter);
  }
  for (const at::Tensor& buffer : module.buffers()) {
    widen(buffer);
  }
}

// Storing the weights in oneDNN's layout saves a reordering in every call and makes the result
// independent of the number of threads.
torch::jit::Module prepare(torch::jit::Module module, const RuntimeOptions& options,
                           c10::Device device) {
  // Freezing needs inlined methods; the host may have disabled inlining for its thread.
  const torch::jit::GraphOptimizerEnabledGuard inlining(true);
  module.eval();
  widen_weights(module);
  if (options.dtype == DType::bf16) {
    torch::jit::Module frozen = torch::jit::freeze(module);
    round_weights(frozen);
    return frozen;
  }
  return device.is_cpu() ? torch::jit::optimize_for_inference(module) : torch::jit::freeze(module);
}

// Sets the number of threads for the calling thread's parallel regions while the guard lives: one
// for a thread that came through fork(). ATen's own setter would also change the number that other
// threads start with.
class ThreadsGuard {
 public:
  explicit ThreadsGuard(int wanted) {
    const int threads = core::came_through_fork() ? 1 : wanted;
    if (threads > 0) {
      previous_ = at::get_num_threads();  // First initializes ATen, so it cannot overwrite this.
      omp_set_num_threads(threads);
    }
  }
  ~ThreadsGuard() {
    if (previous_ > 0) {
      omp_set_num_threads(previous_);
    }
  }
  ThreadsGuard(const ThreadsGuard&) = delete;
  ThreadsGuard& operator=(const ThreadsGuard&) = delete;

 private:
  int previous_ = 0;
};

Tensor to_host(const at::Tensor& output, const std::string& name) {
  const at::Tensor host = output.to(at::kCPU, at::kFloat).contiguous();
  Tensor result;
  result.shape = host.sizes().vec();
  const float* values = host.data_ptr<float>();
  result.values.assign(values, values + host.numel());
  require_finite(result, name);
  return result;
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

  // Items [first, last) of the input: a copy on the device, but a view of its memory on the host in
  // fp32. The bf16 kernels want the channels innermost; the fp32 graph chooses its own layout.
  at::Tensor to_device(Tensor& input, std::int64_t first, std::int64_t last) const {
    const at::Tensor host =
        at::from_blob(input.values.data(), input.shape, at::kFloat).slice(0, first, last);
    const bool planes = options.dtype == DType::bf16 && input.shape.size() == 4;
    return host.to(at::TensorOptions(device), /*non_blocking=*/false, /*copy=*/false,
                   planes ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
  }

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
      arguments.emplace_back(to_device(input, first, last));
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
  check_options(options);
  const c10::Device device = parse_device(options.device);
  if (options.dtype == DType::bf16 && !has_bf16_kernels(device)) {
    throw Error(ErrorCode::device_unavailable,
                "dtype bf16: this processor has no AVX-512 to compute it with; use fp32");
  }
  torch::jit::Module loaded = load_module(name, source, device);
  if (!loaded.find_method("forward")) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: it has no method forward; add one and save it again", name));
  }
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

// SPDX-License-Identifier: Apache-2.0
#include "runtime/generator_model.hpp"

#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <torch/csrc/jit/passes/freeze_module.h>
#include <torch/csrc/jit/passes/frozen_graph_optimizations.h>
#include <torch/csrc/jit/passes/frozen_linear_transpose.h>
#include <torch/csrc/jit/passes/frozen_ops_to_mkldnn.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/fork.hpp"
#include "core/stopwatch.hpp"
#include "demask/error.hpp"
#include "runtime/code_search.hpp"
#include "runtime/mixed_precision.hpp"
#include "runtime/module_loader.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/threads_guard.hpp"
#include "runtime/torch_errors.hpp"
#include "runtime/torch_tensor.hpp"

namespace demask::runtime {
namespace {

const std::vector<std::string>& methods() {
  static const std::vector<std::string> names = {"see", "paint"};
  return names;
}

torch::jit::Module without_gradients(const torch::jit::Module& module) {
  for (const at::Tensor& parameter : module.parameters()) {
    parameter.set_requires_grad(false);
  }
  return module;
}

// A copy of the module whose weights are constants and whose methods are differentiable.
torch::jit::Module frozen(const torch::jit::Module& module, bool in_bf16) {
  // The host may have disabled inlining, or may compute without gradients.
  const torch::jit::GraphOptimizerEnabledGuard inlining(true);
  const c10::InferenceMode with_gradients(false);
  torch::jit::Module result = torch::jit::freeze_module(module, methods());
  for (const std::string& method : methods()) {
    std::shared_ptr<torch::jit::Graph> graph = result.get_method(method).graph();
    torch::jit::OptimizeFrozenGraph(graph);
  }
  if (in_bf16) {
    round_weights(result, methods());
  }
  return result;
}

// Stores the weights in oneDNN's layout, so that the result does not depend on the number of
// threads. torch::jit::optimize_for_inference() does the same for modules with a method forward
// only.
void use_onednn(const torch::jit::Module& frozen) {
  for (const std::string& method : methods()) {
    std::shared_ptr<torch::jit::Graph> graph = frozen.get_method(method).graph();
    torch::jit::ConvertFrozenOpsToMKLDNN(graph);
    torch::jit::FrozenLinearTranspose(graph);
  }
}

// The settings of the calling thread while a module runs; the host's are restored.
struct ThreadSettings {
  explicit ThreadSettings(const RuntimeOptions& options, bool gradients)
      : threads(options.threads), inference(!gradients), gradient(gradients) {}
  ThreadsGuard threads;
  c10::InferenceMode inference;
  at::AutoGradMode gradient;
  // The profiling executor would recompile whenever a shape changes.
  torch::jit::GraphOptimizerEnabledGuard fixed_graph{false};
};

// A face without color, as OpenCV's cvtColor() makes it gray.
at::Tensor lightness(const at::Tensor& face) {
  const at::Tensor weights = at::tensor({0.299F, 0.587F, 0.114F}, face.options().dtype(at::kFloat));
  return (face.to(at::kFloat) * weights.reshape({1, 3, 1, 1})).sum(1, true).expand_as(face);
}

// What the module sees in a face.
struct Seen {
  at::Tensor codes;
  c10::IValue conditions;
};

}  // namespace

struct GeneratorModel::State {
  State(std::string model_name, c10::Device target, RuntimeOptions runtime,
        const torch::jit::Module& stored_module, const torch::jit::Module& fast_module)
      : name(std::move(model_name)),
        device(target),
        options(std::move(runtime)),
        stored(stored_module),
        fast(fast_module) {}

  std::string name;
  c10::Device device;
  RuntimeOptions options;
  torch::jit::Module stored;  // To make `differentiable` of, in the precision of its file.
  torch::jit::Module fast;    // Not differentiable.
  mutable std::once_flag searched;
  mutable std::optional<torch::jit::Module> differentiable;

  bool in_bf16() const { return options.dtype == DType::bf16; }
  // The noise of bfloat16 is small beside the steps of a search, which is then several times
  // faster.
  bool searches_in_bf16() const { return in_bf16() || multiplies_bf16(device); }

  void prepare_gradients() const {
    std::call_once(searched, [this] {
      differentiable = frozen(without_gradients(widened(stored)), searches_in_bf16());
    });
  }

  at::Tensor on_device(Tensor& tensor) const { return to_device(tensor, device, in_bf16()); }

  Seen see(MaskedFace& input) const {
    const Bf16Autocast autocast(device, in_bf16());
    torch::jit::Method method = fast.get_method("see");
    const c10::IValue seen =
        method({on_device(input.face), on_device(input.hole), on_device(input.landmark_map)});
    const bool is_pair = seen.isTuple() && seen.toTupleRef().elements().size() == 2;
    const bool has_codes = is_pair && seen.toTupleRef().elements()[0].isTensor() &&
                           seen.toTupleRef().elements()[0].toTensor().dim() == 3 &&
                           seen.toTupleRef().elements()[0].toTensor().size(0) == 1;
    if (!has_codes || !seen.toTupleRef().elements()[1].isTensorList()) {
      throw Error(ErrorCode::model_invalid,
                  fmt::format("{}: its method see returns no codes [B,N,C] with a list of "
                              "conditions; return a pair of both",
                              name));
    }
    const auto& parts = seen.toTupleRef().elements();
    return {parts[0].toTensor().to(at::kFloat), parts[1]};
  }

  at::Tensor paint(const Seen& seen, int size) const {
    const Bf16Autocast autocast(device, in_bf16());
    return paint(fast, seen.codes, seen.conditions, size);
  }

  at::Tensor paint_with_gradients(const at::Tensor& codes, const c10::IValue& conditions,
                                  int size) const {
    const Bf16Autocast autocast(device, searches_in_bf16());
    return paint(*differentiable, codes, conditions, size);
  }

  at::Tensor paint(const torch::jit::Module& module, const at::Tensor& codes,
                   const c10::IValue& conditions, int size) const {
    torch::jit::Method method = module.get_method("paint");
    const c10::IValue face = method({codes, conditions, size});
    const std::vector<std::int64_t> expected = {1, 3, size, size};
    if (!face.isTensor() || face.toTensor().sizes() != at::IntArrayRef(expected)) {
      throw Error(ErrorCode::model_invalid,
                  fmt::format("{}: its method paint returns no face [1, 3, {}, {}]; keep to the "
                              "size that it is given",
                              name, size, size));
    }
    return face.toTensor();
  }

  std::vector<PixelTerm> terms_of(SearchTarget& target) const {
    const at::Tensor face = on_device(target.face);
    const at::Tensor visible = on_device(target.visible);
    const at::Tensor guide = on_device(target.guide);
    const at::Tensor guided = on_device(target.guided);
    const std::int64_t size = face.size(3);
    std::vector<PixelTerm> terms;
    for (const std::int64_t cells : {256, 128, 64, 32}) {
      terms.push_back({face, visible, std::max<std::int64_t>(1, size / cells), 2.0});
    }
    terms.push_back({guide, guided, std::max<std::int64_t>(1, size / 64), 2.0});
    terms.push_back({guide, guided, std::max<std::int64_t>(1, size / 32), 1.0});
    return terms;
  }

  [[noreturn]] void throw_run_failed() const {
    throw_translated(name, "it fails on its input",
                     "check the sizes and the variant that the manifest gives it");
  }

  // Runs `work` with LibTorch's exceptions translated.
  template <typename Work>
  auto translated(const Work& work) const {
    const core::Activity activity;
    try {
      return work();
    } catch (...) {
      throw_run_failed();
    }
  }
};

GeneratorModel::GeneratorModel(const std::string& name, const ModelSource& source,
                               const RuntimeOptions& options) {
  const core::Activity activity;
  const ThreadsGuard one_thread(1);  // Others may be missing, because the process was forked.
  const c10::Device device = checked_device(options);
  const c10::InferenceMode with_gradients(false);
  const torch::jit::Module stored = load_stored_module(name, source, device);
  for (const std::string& method : methods()) {
    require_method(name, stored, method.c_str());
  }
  try {
    torch::jit::Module fast =
        frozen(without_gradients(widened(stored)), options.dtype == DType::bf16);
    if (device.is_cpu() && options.dtype == DType::fp32) {
      use_onednn(fast);
    }
    state_ = std::make_unique<State>(name, device, options, stored, fast);
  } catch (...) {
    throw_translated(name, "it cannot be frozen",
                     "keep see and paint from writing to the module's attributes");
  }
}

GeneratorModel::~GeneratorModel() = default;
GeneratorModel::GeneratorModel(GeneratorModel&&) noexcept = default;
GeneratorModel& GeneratorModel::operator=(GeneratorModel&&) noexcept = default;

Tensor GeneratorModel::paint(MaskedFace input, int size) const {
  return state_->translated([&] {
    const ThreadSettings settings(state_->options, /*gradients=*/false);
    return to_host(state_->paint(state_->see(input), size), state_->name);
  });
}

Tensor GeneratorModel::search(MaskedFace input, SearchTarget target,
                              const SearchLimits& limits) const {
  const int size = static_cast<int>(target.face.shape.at(3));
  const core::Stopwatch stopwatch;
  Seen seen;
  std::optional<CodeSearch> search;
  state_->translated([&] {
    const ThreadSettings settings(state_->options, /*gradients=*/true);
    state_->prepare_gradients();
    {
      const at::NoGradGuard without_gradients;
      seen = state_->see(input);
    }
    search.emplace(seen.codes, state_->terms_of(target), [&](const at::Tensor& codes) {
      const at::Tensor face = state_->paint_with_gradients(codes, seen.conditions, size);
      return target.colorless ? lightness(face) : face;
    });
  });
  double over = 0.0;  // Share of the time limit.
  for (int done = 0; done < limits.steps && over < 1.0; ++done) {
    state_->translated([&] {
      const ThreadSettings settings(state_->options, /*gradients=*/true);
      search->step(std::max(over, static_cast<double>(done) / limits.steps));
    });
    limits.after_step(done + 1);
    over = limits.seconds > 0.0 ? 1e-3 * stopwatch.milliseconds() / limits.seconds : 0.0;
  }
  return state_->translated([&] {
    const ThreadSettings settings(state_->options, /*gradients=*/false);
    seen.codes = search->codes();
    return to_host(state_->paint(seen, size), state_->name);
  });
}

const std::string& GeneratorModel::name() const noexcept { return state_->name; }

}  // namespace demask::runtime

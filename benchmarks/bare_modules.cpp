// SPDX-License-Identifier: Apache-2.0
#include "bare_modules.hpp"

#include <ATen/Parallel.h>
#include <ATen/record_function.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <atomic>
#include <string_view>
#include <utility>

namespace demask::benchmarks {
namespace {

// Multiply-adds of the operators so far. A global, because the profiler's callback is a plain
// function.
std::atomic<std::int64_t> multiply_adds{0};

// Multiply-adds of a convolution for each output value. Kept from the start of the operator, as its
// inputs are no longer available when its output is known.
struct FilterSize final : at::ObserverContext {
  explicit FilterSize(const at::Tensor& weight) : value(weight.numel() / weight.size(0)) {}
  std::int64_t value;
};

// Counts the n k m multiply-adds of each matrix product [n,k] x [k,m].
std::unique_ptr<at::ObserverContext> before_operator(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  const auto inputs = function.inputs();
  if (name == "aten::mm" || name == "aten::addmm") {
    const std::size_t first = name == "aten::mm" ? 0 : 1;
    multiply_adds += inputs[first].toTensor().numel() * inputs[first + 1].toTensor().size(1);
  }
  if (name == "aten::convolution") {
    return std::make_unique<FilterSize>(inputs[1].toTensor());
  }
  return nullptr;
}

void after_operator(const at::RecordFunction& function, at::ObserverContext* context) {
  const auto* filter = dynamic_cast<const FilterSize*>(context);
  if (filter == nullptr) {
    return;
  }
  multiply_adds += function.outputs()[0].toTensor().numel() * filter->value;
}

torch::jit::Module load(const ModelBundle& bundle, Stage stage) {
  torch::jit::Module module =
      torch::jit::load((bundle.folder() / bundle.spec(stage).file).string());
  module.eval();
  const auto widen = [](at::Tensor tensor) {
    if (tensor.scalar_type() == at::kHalf) {
      tensor.set_data(tensor.to(at::kFloat));
    }
  };
  for (const at::Tensor& parameter : module.parameters()) {
    widen(parameter);
  }
  for (const at::Tensor& buffer : module.buffers()) {
    widen(buffer);
  }
  return module;
}

torch::jit::Module prepare(torch::jit::Module module, Preparation preparation) {
  switch (preparation) {
    case Preparation::loaded:
      return module;
    case Preparation::channels_last:
      for (const at::Tensor& parameter : module.parameters()) {
        if (parameter.dim() == 4) {
          parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
        }
      }
      return torch::jit::freeze(module);
    case Preparation::frozen:
      return torch::jit::freeze(module);
    case Preparation::optimized:
      break;
  }
  return torch::jit::optimize_for_inference(module);
}

at::Tensor random_input(const std::vector<std::int64_t>& shape, Preparation preparation) {
  const at::Tensor input = torch::rand(shape);
  return preparation == Preparation::channels_last && shape.size() == 4
             ? input.contiguous(at::MemoryFormat::ChannelsLast)
             : input;
}

}  // namespace

std::vector<std::vector<std::int64_t>> face_inputs(Stage stage, std::int64_t faces,
                                                   std::int64_t side) {
  const bool paints = stage == Stage::inpainter_female || stage == Stage::inpainter_male;
  if (!paints) {
    return {{faces, 3, side, side}};
  }
  return {{faces, 3, side, side}, {faces, 1, side, side}, {faces, 1, side, side}};
}

struct BareModule::State {
  torch::jit::Module plain;  // For counting operators, which are fused in the optimized module.
  torch::jit::Module prepared;
  Preparation preparation = Preparation::optimized;
  std::vector<c10::IValue> inputs;
};

BareModule::BareModule(const ModelBundle& bundle, Stage stage,
                       const std::vector<std::vector<std::int64_t>>& shapes,
                       Preparation preparation)
    : state_(std::make_unique<State>()) {
  state_->plain = load(bundle, stage);
  state_->prepared = prepare(load(bundle, stage), preparation);
  state_->preparation = preparation;
  for (const auto& shape : shapes) {
    state_->inputs.emplace_back(random_input(shape, preparation));
  }
}

BareModule::~BareModule() = default;
BareModule::BareModule(BareModule&&) noexcept = default;
BareModule& BareModule::operator=(BareModule&&) noexcept = default;

void BareModule::set_picture(const cv::Mat& rgb) {
  const cv::Mat whole = rgb.isContinuous() ? rgb : rgb.clone();
  state_->inputs.front() = torch::from_blob(whole.data, {1, whole.rows, whole.cols, 3}, at::kByte)
                               .permute({0, 3, 1, 2})
                               .to(at::kFloat)
                               .div_(255.0);
}

void BareModule::set_batch(std::int64_t count) {
  for (c10::IValue& input : state_->inputs) {
    std::vector<std::int64_t> shape = input.toTensor().sizes().vec();
    shape.front() = count;
    input = random_input(shape, state_->preparation);
  }
}

void BareModule::forward(Executor executor) const {
  const c10::InferenceMode inference_mode;
  const torch::jit::GraphOptimizerEnabledGuard guard(executor == Executor::profiling);
  state_->prepared.get_method("forward")(state_->inputs);
}

double BareModule::gmac() const {
  const c10::InferenceMode inference_mode;
  multiply_adds = 0;
  const auto handle =
      at::addThreadLocalCallback(at::RecordFunctionCallback(before_operator, after_operator)
                                     .needsInputs(true)
                                     .needsOutputs(true)
                                     .scopes({at::RecordScope::FUNCTION}));
  state_->plain.get_method("forward")(state_->inputs);
  at::removeCallback(handle);
  return static_cast<double>(multiply_adds) / 1e9;
}

void set_threads(int threads) { at::set_num_threads(threads); }

namespace {
constexpr std::int64_t peak_channels = 128;
constexpr std::int64_t peak_side = 64;
constexpr std::int64_t peak_filter = 3;
}  // namespace

struct PeakConvolution::State {
  at::Tensor input;
  at::Tensor weight;
};

PeakConvolution::PeakConvolution()
    : state_(std::make_unique<State>(
          State{torch::rand({1, peak_channels, peak_side, peak_side})
                    .contiguous(at::MemoryFormat::ChannelsLast),
                torch::rand({peak_channels, peak_channels, peak_filter, peak_filter})
                    .contiguous(at::MemoryFormat::ChannelsLast)})) {}

PeakConvolution::~PeakConvolution() = default;
PeakConvolution::PeakConvolution(PeakConvolution&&) noexcept = default;
PeakConvolution& PeakConvolution::operator=(PeakConvolution&&) noexcept = default;

void PeakConvolution::forward() const {
  const c10::InferenceMode inference_mode;
  at::conv2d(state_->input, state_->weight, {}, 1, 1);
}

double PeakConvolution::gmac() {
  return static_cast<double>(peak_channels * peak_channels * peak_filter * peak_filter * peak_side *
                             peak_side) /
         1e9;
}

}  // namespace demask::benchmarks

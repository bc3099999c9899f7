// SPDX-License-Identifier: Apache-2.0
#include "runtime/mixed_precision.hpp"

#include <ATen/autocast_mode.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/version.h>

namespace demask::runtime {
namespace {

// Returns an fp32 constant rounded to bfloat16, or the value itself if it is not one.
torch::jit::Value* rounded(torch::jit::Graph& graph, torch::jit::Value* value) {
  const auto constant = torch::jit::toIValue(value);
  if (!constant || !constant->isTensor() || constant->toTensor().scalar_type() != at::kFloat) {
    return value;
  }
  const at::Tensor weights = constant->toTensor();
  return graph.insertConstant(weights.to(at::kBFloat16)
                                  .contiguous(weights.dim() == 4 ? at::MemoryFormat::ChannelsLast
                                                                 : at::MemoryFormat::Contiguous));
}

void round_weights(torch::jit::Graph& graph, torch::jit::Block* block) {
  for (torch::jit::Node* node : block->nodes()) {
    for (torch::jit::Block* inner : node->blocks()) {
      round_weights(graph, inner);
    }
    const auto kind = node->kind();
    if (kind == at::aten::conv2d || kind == at::aten::linear) {
      const torch::jit::WithInsertPoint before(node);
      node->replaceInput(1, rounded(graph, node->input(1)));
      node->replaceInput(2, rounded(graph, node->input(2)));
    }
  }
}

// LibTorch 2.4 added the functions that take a device type and deprecated the others.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
AutocastSetting setting_of(c10::Device device) {
  return {at::autocast::is_autocast_enabled(device.type()),
          at::autocast::get_autocast_dtype(device.type())};
}

void set_autocast(c10::Device device, const AutocastSetting& setting) {
  at::autocast::set_autocast_dtype(device.type(), setting.dtype);
  at::autocast::set_autocast_enabled(device.type(), setting.enabled);
}
#else
AutocastSetting setting_of(c10::Device device) {
  return device.is_cpu()
             ? AutocastSetting{at::autocast::is_cpu_enabled(),
                               at::autocast::get_autocast_cpu_dtype()}
             : AutocastSetting{at::autocast::is_enabled(), at::autocast::get_autocast_gpu_dtype()};
}

void set_autocast(c10::Device device, const AutocastSetting& setting) {
  if (device.is_cpu()) {
    at::autocast::set_autocast_cpu_dtype(setting.dtype);
    at::autocast::set_cpu_enabled(setting.enabled);
  } else {
    at::autocast::set_autocast_gpu_dtype(setting.dtype);
    at::autocast::set_enabled(setting.enabled);
  }
}
#endif

}  // namespace

bool has_bf16_kernels(c10::Device device) {
#if defined(__x86_64__)
  return !device.is_cpu() ||
         (__builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
          __builtin_cpu_supports("avx512dq") != 0);
#else
  return !device.is_cpu();
#endif
}

bool multiplies_bf16(c10::Device device) {
#if defined(__x86_64__)
  return !device.is_cpu() ||
         (has_bf16_kernels(device) && __builtin_cpu_supports("avx512bf16") != 0);
#else
  return !device.is_cpu();
#endif
}

void round_weights(torch::jit::Module& frozen, const std::vector<std::string>& methods) {
  for (const std::string& method : methods) {
    const std::shared_ptr<torch::jit::Graph> graph = frozen.get_method(method).graph();
    round_weights(*graph, graph->block());
  }
}

Bf16Autocast::Bf16Autocast(c10::Device device, bool enabled)
    : device_(device), before_(setting_of(device)) {
  set_autocast(device_, {enabled, at::kBFloat16});
}

Bf16Autocast::~Bf16Autocast() { set_autocast(device_, before_); }

}  // namespace demask::runtime

#include "runtime/mixed_precision.hpp"

#include <ATen/autocast_mode.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/version.h>

namespace demask::runtime {
namespace {

// A weight in bfloat16, or the value itself where it is no fp32 constant.
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

// The setters by device are those of LibTorch 2.4, which deprecates the others.
void set_autocast(c10::Device device, bool enabled) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  at::autocast::set_autocast_dtype(device.type(), at::kBFloat16);
  at::autocast::set_autocast_enabled(device.type(), enabled);
#else
  if (device.is_cpu()) {
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    at::autocast::set_cpu_enabled(enabled);
  } else {
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    at::autocast::set_enabled(enabled);
  }
#endif
}

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

void round_weights(torch::jit::Module& frozen) {
  const std::shared_ptr<torch::jit::Graph> graph = frozen.get_method("forward").graph();
  round_weights(*graph, graph->block());
}

Bf16Autocast::Bf16Autocast(c10::Device device, bool enabled) : device_(device), enabled_(enabled) {
  if (enabled_) {
    set_autocast(device_, true);
  }
}

Bf16Autocast::~Bf16Autocast() {
  if (enabled_) {
    set_autocast(device_, false);
  }
}

}  // namespace demask::runtime

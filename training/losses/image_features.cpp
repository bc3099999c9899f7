// SPDX-License-Identifier: Apache-2.0
#include "losses/image_features.hpp"

#include <fmt/format.h>
#include <torch/torch.h>

#include "demask/error.hpp"

namespace demask::training {

ImageFeatures::ImageFeatures(const std::filesystem::path& file, const c10::Device& device) {
  try {
    module_ = torch::jit::load(file.string(), device);
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: not a TorchScript image classifier ({}); give --features",
                            file.string(), error.what_without_backtrace()));
  }
  module_.to(at::kFloat);
  module_.eval();
  for (at::Tensor parameter : module_.parameters()) {
    parameter.set_requires_grad(false);
  }
}

std::vector<at::Tensor> ImageFeatures::operator()(const at::Tensor& pictures) {
  // In full precision: LibTorch 1.13 has no gradient of ReLU6 in bfloat16 on a processor.
  const c10::IValue result = module_.forward({pictures.contiguous(at::MemoryFormat::ChannelsLast)});
  std::vector<at::Tensor> maps;
  const auto add = [&maps](const c10::IValue& map) {
    if (maps.size() < map_count) {
      maps.push_back(map.toTensor().to(at::kFloat));
    }
  };
  if (result.isTuple()) {
    for (const c10::IValue& map : result.toTupleRef().elements()) {
      add(map);
    }
  } else {
    for (const at::Tensor& map : result.toTensorVector()) {
      add(map);
    }
  }
  return maps;
}

at::Tensor perceptual_loss(const std::vector<at::Tensor>& painted,
                           const std::vector<at::Tensor>& wanted) {
  constexpr double min_magnitude = 1e-6;
  at::Tensor sum;
  for (std::size_t i = 0; i < painted.size(); ++i) {
    const at::Tensor magnitude = wanted[i].detach().abs().mean().clamp_min(min_magnitude);
    const at::Tensor part = (painted[i] - wanted[i]).abs().mean() / magnitude;
    sum = sum.defined() ? sum + part : part;
  }
  return sum / static_cast<double>(painted.size());
}

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#include "losses/face_features.hpp"

#include <fmt/format.h>

#include "demask/error.hpp"
#include "learn/trainer.hpp"
#include "metrics/face_embedding.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

// Blurs [B,3,S,S] with a 3 x 3 binomial kernel.
at::Tensor soften(const at::Tensor& image) {
  const auto average = nn::AvgPool2dFuncOptions(2).stride(1);
  const at::Tensor padded = nn::pad(image, nn::PadFuncOptions({1, 1, 1, 1}).mode(torch::kReflect));
  return nn::avg_pool2d(nn::avg_pool2d(padded, average), average);
}

}  // namespace

FaceFeatures::FaceFeatures(const std::filesystem::path& file, const c10::Device& device) {
  try {
    module_ = torch::jit::load(file.string(), device);
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: not a TorchScript face embedding ({}); give --teacher",
                            file.string(), error.what_without_backtrace()));
  }
  module_.eval();
  for (at::Tensor parameter : module_.parameters()) {
    parameter.set_requires_grad(false);
  }
}

FaceFeatures::Features FaceFeatures::operator()(const at::Tensor& faces,
                                                const FaceSampling& sampling) {
  // Large faces are halved first so that the bilinear grid does not skip pixels. Others are blurred
  // so that patterns of single pixels do not lower the loss.
  at::Tensor smooth = faces.size(2) >= 2 * embedding_size
                          ? nn::avg_pool2d(faces, nn::AvgPool2dFuncOptions(2))
                          : soften(faces);
  if (sampling.blur.defined()) {
    smooth = torch::lerp(smooth, soften(soften(soften(smooth))), sampling.blur.to(faces.device()));
  }
  const at::Tensor input = align(smooth, sampling.grid)
                               .mul(255.0)
                               .sub(127.0)
                               .div(128.0)
                               .contiguous(at::MemoryFormat::ChannelsLast);
  const AutocastScope autocast(faces.device());
  const c10::IValue result = module_.forward({input});
  const auto& outputs = result.toTupleRef().elements();
  Features features;
  for (std::size_t i = 0; i < map_count; ++i) {
    features.maps.push_back(outputs[i].toTensor().to(at::kFloat));
  }
  features.identity = outputs.back().toTensor().to(at::kFloat);
  return features;
}

at::Tensor FaceFeatures::align(const at::Tensor& pictures, const at::Tensor& grid) {
  const at::Tensor positions =
      nn::affine_grid(grid.to(pictures.device()),
                      {pictures.size(0), pictures.size(1), embedding_size, embedding_size},
                      /*align_corners=*/false);
  return nn::grid_sample(pictures, positions,
                         nn::GridSampleFuncOptions()
                             .mode(torch::kBilinear)
                             .padding_mode(torch::kZeros)
                             .align_corners(false));
}

FaceSampling random_sampling(const at::Tensor& grid) {
  constexpr double max_shift = 0.1;  // of half the side
  constexpr double max_scale = 0.15;
  constexpr double max_turn = 0.15;  // radians
  const std::int64_t count = grid.size(0);
  const auto spread = [](at::IntArrayRef shape) { return 2.0 * torch::rand(shape) - 1.0; };
  const at::Tensor scale = 1.0 + max_scale * spread({count});
  const at::Tensor turn = max_turn * spread({count});
  const at::Tensor side =
      torch::where(torch::rand({count}) < 0.5, -torch::ones({count}), torch::ones({count}));
  const at::Tensor zero = torch::zeros({count});
  const at::Tensor shift = max_shift * spread({count, 2});
  const at::Tensor across = scale * turn.cos();
  const at::Tensor down = scale * turn.sin();
  const at::Tensor shake = torch::stack({across * side, -down, shift.select(1, 0), down * side,
                                         across, shift.select(1, 1), zero, zero, zero + 1.0},
                                        1)
                               .view({count, 3, 3});
  return {torch::bmm(grid, shake), torch::rand({count, 1, 1, 1})};
}

}  // namespace demask::training

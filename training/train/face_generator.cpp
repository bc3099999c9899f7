// SPDX-License-Identifier: Apache-2.0
#include "train/face_generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>

#include "augment/augmentation.hpp"
#include "demask/error.hpp"
#include "learn/trainer.hpp"

namespace demask::training {
namespace {

constexpr float mixed_share = 0.15F;
constexpr float min_psi = 0.5F;
constexpr float max_psi = 1.0F;

std::vector<float> to_vector(const at::Tensor& tensor) {
  const at::Tensor values = tensor.to(at::kFloat).cpu().contiguous();
  std::vector<float> vector(static_cast<std::size_t>(values.numel()));
  std::memcpy(vector.data(), values.data_ptr<float>(), vector.size() * sizeof(float));
  return vector;
}

}  // namespace

FaceGenerator::FaceGenerator(const std::filesystem::path& file, const c10::Device& device)
    : device_(device) {
  try {
    module_ = torch::jit::load(file.string(), device);
    module_.get_method("at");
    module_.get_method("codes");
    mean_w_ = module_.attr("mean_w").toTensor().to(at::kFloat);
    std_w_ = module_.attr("std_w").toTensor().to(at::kFloat);
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: not a TorchScript face generator ({}); give --generator",
                            file.string(), error.what_without_backtrace()));
  }
  module_.to(at::kFloat);
  module_.eval();
  for (at::Tensor parameter : module_.parameters()) {
    parameter.set_requires_grad(false);
    if (parameter.dim() == 4) {
      parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    }
  }
}

at::Tensor FaceGenerator::truncated(const at::Tensor& normal, const at::Tensor& psi) {
  const at::Tensor codes =
      module_.run_method("codes", normal.to(device_)).toTensor().to(at::kFloat);
  return mean_w_ + psi.to(device_) * (codes - mean_w_);
}

at::Tensor FaceGenerator::draw_codes(std::uint64_t seed, std::uint64_t first, int count) {
  const torch::NoGradGuard no_grad;
  const SampleOrder order(1, seed);
  const std::int64_t size = mean_w_.size(0);
  const at::Tensor normal = torch::empty({2, count, size});
  const at::Tensor psi = torch::empty({2, count, 1});
  const at::Tensor second = torch::zeros({count, code_count, 1});
  for (int i = 0; i < count; ++i) {
    std::mt19937_64 engine = order.engine(first + static_cast<std::uint64_t>(i));
    std::normal_distribution<float> gaussian;
    for (int part = 0; part < 2; ++part) {
      float* const row = normal[part][i].data_ptr<float>();
      for (std::int64_t k = 0; k < size; ++k) {
        row[k] = gaussian(engine);
      }
      psi[part][i] = Random(engine).uniform(min_psi, max_psi);
    }
    if (Random(engine).chance(mixed_share)) {
      second[i].slice(0, Random(engine).integer(1, code_count - 1)).fill_(1.0);
    }
  }
  const at::Tensor front = truncated(normal[0], psi[0]).unsqueeze(1);
  const at::Tensor back = truncated(normal[1], psi[1]).unsqueeze(1);
  return front + second.to(device_) * (back - front);
}

at::Tensor FaceGenerator::faces(const at::Tensor& codes, std::int64_t size) {
  return module_.run_method("at", codes, size).toTensor().to(at::kFloat);
}

std::vector<GeneratedFace> FaceGenerator::draw_faces(std::uint64_t seed, std::uint64_t first,
                                                     int count, int size) {
  const torch::NoGradGuard no_grad;
  const at::Tensor codes = draw_codes(seed, first, count);
  // One face a pass where a pass of many would only leave the caches.
  const int pass = device_.is_cpu() ? 1 : 16;
  std::vector<GeneratedFace> generated;
  for (int done = 0; done < count; done += pass) {
    const at::Tensor part = codes.slice(0, done, std::min(count, done + pass));
    const AutocastScope autocast(device_);
    const at::Tensor pictures = faces(part, size);
    for (std::int64_t i = 0; i < part.size(0); ++i) {
      generated.push_back({to_picture(pictures[i]), to_vector(part[i])});
    }
  }
  return generated;
}

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#include "losses/adversary.hpp"

#include "learn/trainer.hpp"

namespace demask::training {
namespace {

namespace nn = torch::nn::functional;

// Mean over the maps and over the patches in the hole, which is the first channel of `known`.
at::Tensor mean_in_hole(const std::vector<at::Tensor>& maps, const at::Tensor& known) {
  constexpr double min_area = 1e-3;
  const at::Tensor hole = known.narrow(1, 0, 1);
  at::Tensor sum = torch::zeros({});
  for (const at::Tensor& map : maps) {
    const at::Tensor share =
        nn::adaptive_avg_pool2d(hole, nn::AdaptiveAvgPool2dFuncOptions({map.size(2), map.size(3)}));
    sum = sum + (map * share).sum() / share.sum().clamp_min(min_area);
  }
  return sum / static_cast<double>(maps.size());
}

}  // namespace

Adversary::Adversary(const std::filesystem::path& file, const LearnerOptions& options)
    : learner_(file, options) {
  learner_.require_gradients(false);
}

std::vector<at::Tensor> Adversary::judge(const std::vector<at::Tensor>& maps,
                                         const at::Tensor& known) {
  const AutocastScope autocast(known.device());
  const c10::IValue output = learner_.module().forward({maps, known});
  std::vector<at::Tensor> logits;
  for (const at::Tensor& map : output.toTensorVector()) {
    logits.push_back(map.to(at::kFloat));
  }
  return logits;
}

double Adversary::learn(const std::vector<at::Tensor>& real, const std::vector<at::Tensor>& painted,
                        const at::Tensor& known, double rate_factor) {
  learner_.require_gradients(true);
  std::vector<at::Tensor> detached;
  for (const at::Tensor& map : painted) {
    detached.push_back(map.detach());
  }
  std::vector<at::Tensor> on_real = judge(real, known);
  std::vector<at::Tensor> on_painted = judge(detached, known);
  for (at::Tensor& logits : on_real) {
    logits = torch::relu(1.0 - logits);
  }
  for (at::Tensor& logits : on_painted) {
    logits = torch::relu(1.0 + logits);
  }
  const at::Tensor loss = mean_in_hole(on_real, known) + mean_in_hole(on_painted, known);
  loss.backward();
  learner_.update(rate_factor);
  learner_.require_gradients(false);
  return loss.item<double>();
}

at::Tensor Adversary::distrust(const std::vector<at::Tensor>& painted, const at::Tensor& known) {
  return -mean_in_hole(judge(painted, known), known);
}

}  // namespace demask::training

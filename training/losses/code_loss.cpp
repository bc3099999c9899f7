// SPDX-License-Identifier: Apache-2.0
#include "losses/code_loss.hpp"

namespace demask::training {
namespace {

constexpr double coarse_weight = 1.5;
constexpr double middle_weight = 1.0;
constexpr double fine_weight = 0.7;

}  // namespace

at::Tensor code_distance(const at::Tensor& codes, const at::Tensor& wanted,
                         const at::Tensor& std_w) {
  return ((codes - wanted) / std_w).square().mean(2);
}

at::Tensor code_loss(const at::Tensor& distance) {
  at::Tensor weights = at::full({distance.size(1)}, middle_weight, distance.options());
  weights.slice(0, 0, first_middle_layer).fill_(coarse_weight);
  weights.slice(0, first_fine_layer).fill_(fine_weight);
  return (distance * (weights / weights.sum())).sum(1).mean();
}

}  // namespace demask::training

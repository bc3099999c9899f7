// SPDX-License-Identifier: Apache-2.0
#include "losses/adaptive_wing_loss.hpp"

namespace demask::training {

at::Tensor adaptive_wing_loss(const at::Tensor& predicted, const at::Tensor& truth,
                              const AdaptiveWing& constants) {
  const auto [alpha, omega, epsilon, theta, weight, threshold] = constants;
  const at::Tensor exponent = alpha - truth;
  const at::Tensor difference = (truth - predicted).abs();
  const at::Tensor at_turn = at::pow(theta / epsilon, exponent);
  // Slope and offset of the line make loss and gradient continuous at theta.
  const at::Tensor slope =
      omega / (1.0 + at_turn) * exponent * at::pow(theta / epsilon, exponent - 1.0) / epsilon;
  const at::Tensor offset = theta * slope - omega * at::log1p(at_turn);
  // Clamped at theta, so that the branch a pixel does not take adds nothing to its gradient.
  const at::Tensor near = difference.clamp_max(theta) / epsilon;
  return at::where(difference < theta, omega * at::log1p(at::pow(near, exponent)),
                   slope * difference - offset);
}

at::Tensor loss_weights(const at::Tensor& truth, const AdaptiveWing& constants) {
  const at::Tensor dilated = at::max_pool2d(truth, {3, 3}, {1, 1}, {1, 1});
  return dilated.ge(constants.threshold).to(truth.scalar_type()) * constants.weight + 1.0;
}

at::Tensor weighted_adaptive_wing_loss(const at::Tensor& predicted, const at::Tensor& truth,
                                       const AdaptiveWing& constants) {
  return (adaptive_wing_loss(predicted, truth, constants) * loss_weights(truth, constants)).mean();
}

}  // namespace demask::training

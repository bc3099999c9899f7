// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "losses/adaptive_wing_loss.hpp"

using namespace demask::training;

namespace {

double loss_at(double predicted, double truth) {
  return adaptive_wing_loss(at::full({1}, predicted, at::kDouble),
                            at::full({1}, truth, at::kDouble))
      .item<double>();
}

double gradient_at(double predicted, double truth) {
  at::Tensor p = at::full({1}, predicted, at::kDouble);
  p.set_requires_grad(true);
  adaptive_wing_loss(p, at::full({1}, truth, at::kDouble)).sum().backward();
  return p.grad().item<double>();
}

}  // namespace

// LibTorch's logging also defines CHECK, so these tests use only Catch2's REQUIRE.
TEST_CASE("the Adaptive Wing loss has the values of its formula") {
  // 14 ln(1 + d^(2.1 - y)) below 0.5.
  REQUIRE(loss_at(0.9, 1.0) == Approx(14.0 * std::log(1.0 + std::pow(0.1, 1.1))));
  REQUIRE(loss_at(0.2, 0.0) == Approx(14.0 * std::log(1.0 + std::pow(0.2, 2.1))));
  REQUIRE(loss_at(0.65, 0.25) == Approx(14.0 * std::log(1.0 + std::pow(0.4, 1.85))));
  REQUIRE(loss_at(0.3, 0.3) == 0.0);
  // A d - C above: with y = 1, A = 14 * 1.1 * 0.5^0.1 / (1 + 0.5^1.1), C = A / 2 - 14 ln(1 +
  // 0.5^1.1).
  const double slope = 14.0 * 1.1 * std::pow(0.5, 0.1) / (1.0 + std::pow(0.5, 1.1));
  const double at_turn = 14.0 * std::log(1.0 + std::pow(0.5, 1.1));
  REQUIRE(loss_at(0.0, 1.0) == Approx(slope * 0.5 + at_turn));
  REQUIRE(loss_at(2.5, 1.0) == Approx(slope + at_turn));
  REQUIRE(gradient_at(0.0, 1.0) == Approx(-slope));
  REQUIRE(gradient_at(2.5, 1.0) == Approx(slope));
}

TEST_CASE("the Adaptive Wing loss and its gradient are continuous at theta") {
  for (const double truth : {0.0, 0.3, 1.0}) {
    CAPTURE(truth);
    const double step = 1e-7;
    REQUIRE(loss_at(truth + 0.5 - step, truth) ==
            Approx(loss_at(truth + 0.5 + step, truth)).margin(1e-5));
    REQUIRE(gradient_at(truth + 0.5 - step, truth) ==
            Approx(gradient_at(truth + 0.5 + step, truth)).margin(1e-5));
  }
}

TEST_CASE("the gradient of the Adaptive Wing loss matches its finite differences") {
  for (const double truth : {0.0, 0.6, 1.0}) {
    for (const double predicted : {-0.7, 0.1, 0.45, 0.9, 1.8}) {
      CAPTURE(truth, predicted);
      const double step = 1e-6;
      const double slope =
          (loss_at(predicted + step, truth) - loss_at(predicted - step, truth)) / (2.0 * step);
      REQUIRE(gradient_at(predicted, truth) == Approx(slope).epsilon(1e-4).margin(1e-6));
    }
    REQUIRE(gradient_at(truth, truth) == 0.0);
  }
}

TEST_CASE("pixels near a true point have eleven times the weight") {
  at::Tensor truth = at::zeros({1, 2, 5, 5});
  truth[0][0][2][2] = 0.2;
  truth[0][1][0][0] = 0.19;
  const at::Tensor weights = loss_weights(truth);
  REQUIRE(weights[0][0].slice(0, 1, 4).slice(1, 1, 4).eq(11.0).all().item<bool>());
  REQUIRE(weights[0][0].sum().item<double>() == Approx(9 * 11 + 16));
  REQUIRE(weights[0][1].eq(1.0).all().item<bool>());

  const at::Tensor predicted = truth + 0.1;
  const at::Tensor loss = adaptive_wing_loss(predicted, truth);
  REQUIRE(weighted_adaptive_wing_loss(predicted, truth).item<double>() ==
          Approx((loss * weights).sum().item<double>() / 50.0));
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "losses/code_loss.hpp"

using namespace demask::training;  // NOLINT(google-build-using-namespace)

TEST_CASE("Codes are compared in units of their deviation", "[prior]") {
  at::Tensor std_w = at::empty({2});
  std_w[0] = 2.0;
  std_w[1] = 0.5;
  at::Tensor codes = at::zeros({1, 23, 2});
  codes[0][4][0] = 6.0;  // three deviations
  codes[0][4][1] = 0.5;  // one
  const at::Tensor distance = code_distance(codes, at::zeros({1, 23, 2}), std_w);
  REQUIRE(distance.sizes() == at::IntArrayRef({1, 23}));
  CHECK(distance[0][4].item<double>() == Approx(5.0));
  CHECK(distance.sum().item<double>() == Approx(5.0));
}

TEST_CASE("A wrong coarse code costs more than a wrong fine one", "[prior]") {
  CHECK(code_loss(at::ones({3, 23})).item<double>() == Approx(1.0));
  const auto cost = [](std::int64_t layer) {
    at::Tensor distance = at::zeros({2, 23});
    distance.select(1, layer).fill_(1.0);
    return code_loss(distance).item<double>();
  };
  CHECK(cost(0) == Approx(1.5 * cost(first_middle_layer)));
  CHECK(cost(first_fine_layer) == Approx(0.7 * cost(first_middle_layer)));
  CHECK(cost(22) == Approx(cost(first_fine_layer)));
}

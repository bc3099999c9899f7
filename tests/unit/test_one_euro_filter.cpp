// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "video/one_euro_filter.hpp"

using demask::video::OneEuroFilter;

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double dt = 0.04;

}  // namespace

TEST_CASE("The smoothing factor is that of a first-order low-pass filter", "[one_euro]") {
  // tau = 1 / (2 pi fc); alpha = 1 / (1 + tau / dt).
  CHECK(OneEuroFilter::smoothing_factor(1.0, dt) == Approx(1.0 / (1.0 + 1.0 / (2.0 * pi * dt))));
  CHECK(OneEuroFilter::smoothing_factor(1.0 / (2.0 * pi), 1.0) == Approx(0.5));
  CHECK(OneEuroFilter::smoothing_factor(1e9, dt) == Approx(1.0).epsilon(1e-6));
}

TEST_CASE("The first value and a constant pass unchanged", "[one_euro]") {
  OneEuroFilter filter({1.0, 0.5, 1.0});
  CHECK(filter.filter(42.0, 0.0) == 42.0);
  for (int i = 0; i < 10; ++i) {
    CHECK(filter.filter(42.0, dt) == 42.0);
  }
}

TEST_CASE("Without beta a step is followed exponentially", "[one_euro]") {
  const double alpha = OneEuroFilter::smoothing_factor(0.7, dt);
  OneEuroFilter filter({0.7, 0.0, 1.0});
  filter.filter(0.0, dt);
  double left = 1.0;
  for (int i = 0; i < 20; ++i) {
    left *= 1.0 - alpha;
    CHECK(filter.filter(10.0, dt) == Approx(10.0 * (1.0 - left)));
  }
}

TEST_CASE("Without beta a ramp is followed with the filter's lag", "[one_euro]") {
  const double alpha = OneEuroFilter::smoothing_factor(2.0, dt);
  OneEuroFilter filter({2.0, 0.0, 1.0});
  double value = 0.0;
  double filtered = 0.0;
  for (int i = 0; i < 400; ++i) {
    value += 3.0 * dt;
    filtered = filter.filter(value, dt);
  }
  // The steady state of y += alpha (x - y) with x rising by 3 dt.
  CHECK(value - filtered == Approx(3.0 * dt * (1.0 - alpha) / alpha));
}

TEST_CASE("The second value is that of the published algorithm", "[one_euro]") {
  const double min_cutoff = 1.0;
  const double beta = 0.3;
  const double derivative_cutoff = 2.0;
  OneEuroFilter filter({min_cutoff, beta, derivative_cutoff});
  filter.filter(1.0, dt);
  const double speed = OneEuroFilter::smoothing_factor(derivative_cutoff, dt) * (5.0 - 1.0) / dt;
  const double alpha = OneEuroFilter::smoothing_factor(min_cutoff + beta * speed, dt);
  CHECK(filter.filter(5.0, dt) == Approx(1.0 + alpha * 4.0));
}

TEST_CASE("Beta removes the lag in motion and does not change a signal at rest", "[one_euro]") {
  const auto lag = [](double beta) {
    OneEuroFilter filter({1.0, beta, 1.0});
    double value = 0.0;
    double filtered = 0.0;
    for (int i = 0; i < 200; ++i) {
      value += 50.0 * dt;
      filtered = filter.filter(value, dt);
    }
    return value - filtered;
  };
  CHECK(lag(1.0) < 0.05 * lag(0.0));
  CHECK(lag(1.0) > 0.0);

  // Alternating noise around rest is damped almost as much as without beta.
  const auto noise = [](double beta) {
    OneEuroFilter filter({1.0, beta, 1.0});
    double last = 0.0;
    double filtered = 0.0;
    for (int i = 0; i < 200; ++i) {
      last = filtered;
      filtered = filter.filter(i % 2 == 0 ? 0.1 : -0.1, dt);
    }
    return std::abs(filtered - last);
  };
  CHECK(noise(0.05) < 1.2 * noise(0.0));
  CHECK(noise(0.05) < 0.06);
}

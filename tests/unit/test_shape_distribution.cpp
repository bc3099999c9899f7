// SPDX-License-Identifier: Apache-2.0
#include <Eigen/Core>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "../support/expect_error.hpp"
#include "core/shape_distribution.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Two numbers with standard deviations of 2 and 1 and a correlation of 0.8.
core::Normal correlated() {
  core::Normal normal{Eigen::Vector2d(10.0, 20.0), Eigen::Matrix2d()};
  normal.covariance << 4.0, 1.6, 1.6, 1.0;
  return normal;
}

}  // namespace

TEST_CASE("An exact measurement decides what correlates with it", "[shape_distribution]") {
  const Eigen::RowVector2d first(1.0, 0.0);
  const core::Normal after = core::conditioned(
      correlated(), first, Eigen::VectorXd::Constant(1, 12.0), Eigen::VectorXd::Constant(1, 1e-9));
  // Conditional normal distribution: mean 20 + 1.6 / 4 * 2, variance 1 - 1.6^2 / 4.
  CHECK(after.mean[0] == Approx(12.0));
  CHECK(after.mean[1] == Approx(20.8));
  CHECK(after.covariance(0, 0) == Approx(0.0).margin(1e-9));
  CHECK(after.covariance(1, 1) == Approx(0.36));
}

TEST_CASE("A measurement as uncertain as the prior is believed by half", "[shape_distribution]") {
  const Eigen::RowVector2d first(1.0, 0.0);
  const core::Normal after = core::conditioned(
      correlated(), first, Eigen::VectorXd::Constant(1, 12.0), Eigen::VectorXd::Constant(1, 2.0));
  CHECK(after.mean[0] == Approx(11.0));
  CHECK(after.covariance(0, 0) == Approx(2.0));
}

TEST_CASE("A linear function can be measured", "[shape_distribution]") {
  const Eigen::RowVector2d difference(-1.0, 1.0);
  const core::Normal after =
      core::conditioned(correlated(), difference, Eigen::VectorXd::Constant(1, 11.0),
                        Eigen::VectorXd::Constant(1, 1e-9));
  CHECK(after.mean[1] - after.mean[0] == Approx(11.0));
}

TEST_CASE("An infinite error is no measurement", "[shape_distribution]") {
  const core::Normal prior = correlated();
  const core::Normal after =
      core::conditioned(prior, Eigen::Matrix2d::Identity(), Eigen::Vector2d(0.0, 0.0),
                        Eigen::Vector2d(infinity, infinity));
  CHECK(after.mean == prior.mean);
  CHECK(after.covariance == prior.covariance);
}

TEST_CASE("Malformed measurements are refused", "[shape_distribution]") {
  const core::Normal prior = correlated();
  const Eigen::Matrix2d both = Eigen::Matrix2d::Identity();
  const Eigen::Vector2d ones(1.0, 1.0);
  const auto measure = [&](const Eigen::MatrixXd& functions, const Eigen::VectorXd& values,
                           const Eigen::VectorXd& errors) {
    test::expect_error(ErrorCode::invalid_argument, "measurements",
                       [&] { core::conditioned(prior, functions, values, errors); });
  };
  measure(both, Eigen::VectorXd::Ones(3), ones);
  measure(both, ones, Eigen::VectorXd::Ones(1));
  measure(Eigen::Matrix3d::Identity(), Eigen::Vector3d::Ones(), Eigen::Vector3d::Ones());
  measure(both, Eigen::Vector2d(1.0, std::nan("")), ones);
  measure(both, ones, Eigen::Vector2d(1.0, 0.0));
  measure(both, ones, Eigen::Vector2d(1.0, -1.0));
}

TEST_CASE("Draws have the distribution's mean and covariance", "[shape_distribution]") {
  const core::Normal normal = correlated();
  const core::NormalSampler sampler(normal);
  constexpr int count = 20000;
  Eigen::MatrixXd draws(count, 2);
  for (int i = 0; i < count; ++i) {
    draws.row(i) = sampler.draw(1.0, static_cast<std::uint64_t>(i)).vector;
  }
  const core::Normal found = core::fitted(draws);
  CHECK(found.mean[0] == Approx(10.0).margin(0.06));
  CHECK(found.mean[1] == Approx(20.0).margin(0.03));
  CHECK(found.covariance(0, 0) == Approx(4.0).epsilon(0.05));
  CHECK(found.covariance(0, 1) == Approx(1.6).epsilon(0.05));
  CHECK(found.covariance(1, 1) == Approx(1.0).epsilon(0.05));
}

TEST_CASE("Equal seeds give equal draws, and no spread gives the mean", "[shape_distribution]") {
  const core::Normal normal = correlated();
  const core::NormalSampler sampler(normal);
  const core::Draw first = sampler.draw(1.0, 5);
  CHECK(sampler.draw(1.0, 5).vector == first.vector);
  CHECK(sampler.draw(1.0, 6).vector != first.vector);
  CHECK(first.likelihood < 1.0);
  const core::Draw mean = sampler.draw(0.0, 5);
  CHECK(mean.vector == normal.mean);
  CHECK(mean.likelihood == 1.0);
  // Twice the spread goes twice as far in the same direction.
  const Eigen::VectorXd once = first.vector - normal.mean;
  CHECK((sampler.draw(2.0, 5).vector - normal.mean - 2.0 * once).norm() < 1e-9);
}

TEST_CASE("A distribution needs two finite vectors", "[shape_distribution]") {
  test::expect_error(ErrorCode::invalid_argument, "shapes",
                     [] { core::fitted(Eigen::MatrixXd::Ones(1, 2)); });
  Eigen::MatrixXd rows = Eigen::MatrixXd::Ones(3, 2);
  rows(1, 1) = std::nan("");
  test::expect_error(ErrorCode::invalid_argument, "shapes", [&] { core::fitted(rows); });
}

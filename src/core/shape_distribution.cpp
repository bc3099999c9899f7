// SPDX-License-Identifier: Apache-2.0
#include "core/shape_distribution.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <vector>

#include "demask/error.hpp"

namespace demask::core {
namespace {

void check_measurements(const Normal& prior, const Eigen::MatrixXd& functions,
                        const Eigen::VectorXd& values, const Eigen::VectorXd& errors) {
  if (functions.cols() != prior.mean.size() || values.size() != functions.rows() ||
      errors.size() != functions.rows()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("measurements: {} functions of {} numbers, {} values and {} errors for "
                            "a vector of {} numbers; pass one value and one error for a function",
                            functions.rows(), functions.cols(), values.size(), errors.size(),
                            prior.mean.size()));
  }
  if (!functions.allFinite() || !values.allFinite() || !(errors.array() > 0.0).all()) {
    throw Error(ErrorCode::invalid_argument,
                "measurements: a value is not finite or an error is not positive; pass finite "
                "values and positive errors");
  }
}

constexpr std::uint64_t golden_step = 0x9e3779b97f4a7c15U;

std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
  return bits ^ (bits >> 31U);
}

// SplitMix64 (Steele et al. 2014): the same numbers with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // Uniform in (0, 1).
  double uniform() {
    state_ += golden_step;
    return (static_cast<double>(mixed(state_) >> 11U) + 0.5) * 0x1.0p-53;
  }

  // Standard normal (Box and Muller 1958).
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(uniform()));
    return radius * std::cos(2.0 * M_PI * uniform());
  }

 private:
  std::uint64_t state_;
};

}  // namespace

Normal conditioned(const Normal& prior, const Eigen::MatrixXd& functions,
                   const Eigen::VectorXd& values, const Eigen::VectorXd& errors) {
  check_measurements(prior, functions, values, errors);
  std::vector<Eigen::Index> made;
  for (Eigen::Index i = 0; i < errors.size(); ++i) {
    if (std::isfinite(errors[i])) {
      made.push_back(i);
    }
  }
  if (made.empty()) {
    return prior;
  }
  const auto count = static_cast<Eigen::Index>(made.size());
  Eigen::MatrixXd rows(count, prior.mean.size());
  Eigen::VectorXd surprise(count);
  Eigen::VectorXd variances(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const Eigen::Index from = made[static_cast<std::size_t>(i)];
    rows.row(i) = functions.row(from);
    surprise[i] = values[from] - functions.row(from).dot(prior.mean);
    variances[i] = errors[from] * errors[from];
  }
  const Eigen::MatrixXd cross = prior.covariance * rows.transpose();
  Eigen::MatrixXd measured = rows * cross;
  measured.diagonal() += variances;
  const Eigen::LDLT<Eigen::MatrixXd> solver(measured);
  Normal posterior;
  posterior.mean = prior.mean + cross * solver.solve(surprise);
  posterior.covariance = prior.covariance - cross * solver.solve(cross.transpose());
  posterior.covariance = 0.5 * (posterior.covariance + posterior.covariance.transpose().eval());
  return posterior;
}

std::uint64_t seed_of(std::uint64_t seed, std::uint64_t index) {
  return mixed(seed + (index + 1) * golden_step);
}

NormalSampler::NormalSampler(const Normal& normal) : mean_(normal.mean) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(normal.covariance);
  axes_ = solver.eigenvectors();
  for (Eigen::Index i = 0; i < axes_.cols(); ++i) {
    // Rounding may leave a variance slightly below zero. An axis and its opposite are equally good:
    // the one whose largest component is positive is taken, whatever the solver returns.
    const double deviation = std::sqrt(std::max(solver.eigenvalues()[i], 0.0));
    Eigen::Index largest = 0;
    axes_.col(i).cwiseAbs().maxCoeff(&largest);
    axes_.col(i) *= axes_(largest, i) < 0.0 ? -deviation : deviation;
  }
}

Draw NormalSampler::draw(double spread, std::uint64_t seed) const {
  Random random(seed);
  Eigen::VectorXd numbers(mean_.size());
  for (double& number : numbers) {
    number = spread * random.normal();
  }
  const auto dimensions = static_cast<double>(std::max<Eigen::Index>(mean_.size(), 1));
  return {mean_ + axes_ * numbers, std::exp(-0.5 * numbers.squaredNorm() / dimensions)};
}

Normal fitted(const Eigen::MatrixXd& rows) {
  if (rows.rows() < 2 || !rows.allFinite()) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("shapes: {} rows; pass at least two, with finite numbers", rows.rows()));
  }
  Normal normal;
  normal.mean = rows.colwise().mean();
  const Eigen::MatrixXd centered = rows.rowwise() - normal.mean.transpose();
  normal.covariance = centered.transpose() * centered / static_cast<double>(rows.rows() - 1);
  return normal;
}

}  // namespace demask::core

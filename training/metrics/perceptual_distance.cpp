// SPDX-License-Identifier: Apache-2.0
#include "metrics/perceptual_distance.hpp"

#include <fmt/format.h>

#include "demask/error.hpp"

namespace demask::training {
namespace {

// Keeps a vector of zeros from being divided by its length.
constexpr double epsilon = 1e-10;

Eigen::VectorXd lengths(const Eigen::MatrixXd& features) {
  return (features.rowwise().norm().array() + epsilon).matrix();
}

}  // namespace

double perceptual_distance(const Eigen::MatrixXd& features, const Eigen::MatrixXd& truth) {
  if (features.rows() != truth.rows() || features.cols() != truth.cols() || truth.rows() == 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("features: {} x {} and {} x {} cannot be compared; give features of "
                            "the same places and channels",
                            features.rows(), features.cols(), truth.rows(), truth.cols()));
  }
  const Eigen::MatrixXd unit = lengths(features).cwiseInverse().asDiagonal() * features;
  const Eigen::MatrixXd unit_truth = lengths(truth).cwiseInverse().asDiagonal() * truth;
  return (unit - unit_truth).rowwise().squaredNorm().mean();
}

}  // namespace demask::training

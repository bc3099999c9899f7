// SPDX-License-Identifier: Apache-2.0
#include "metrics/frechet_distance.hpp"

#include <Eigen/Eigenvalues>

#include "demask/error.hpp"

namespace demask::training {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Solver = Eigen::SelfAdjointEigenSolver<MatrixXd>;

// The square root of a symmetric matrix; eigenvalues that rounding made negative count as 0.
MatrixXd root(const MatrixXd& matrix) {
  const Solver solver(matrix);
  return solver.eigenvectors() * solver.eigenvalues().cwiseMax(0.0).cwiseSqrt().asDiagonal() *
         solver.eigenvectors().transpose();
}

MatrixXd covariance(const MatrixXd& features) {
  const MatrixXd centered = features.rowwise() - features.colwise().mean();
  return centered.transpose() * centered / static_cast<double>(features.rows() - 1);
}

}  // namespace

FeatureMoments::FeatureMoments(const MatrixXd& features)
    : count_(features.rows()),
      sum_(features.colwise().sum().transpose()),
      products_(features.transpose() * features) {}

FeatureMoments& FeatureMoments::operator+=(const FeatureMoments& other) {
  if (other.count_ == 0) {
    return *this;
  }
  if (count_ == 0) {
    *this = other;
    return *this;
  }
  if (sum_.size() != other.sum_.size()) {
    throw Error(ErrorCode::invalid_argument,
                "features: vectors of different lengths; give those of one network");
  }
  count_ += other.count_;
  sum_ += other.sum_;
  products_ += other.products_;
  return *this;
}

MatrixXd FeatureMoments::covariance() const {
  return (products_ - sum_ * mean().transpose()) / static_cast<double>(count_ - 1);
}

double frechet_distance(const VectorXd& mean1, const MatrixXd& covariance1, const VectorXd& mean2,
                        const MatrixXd& covariance2) {
  // C1 C2 has the same eigenvalues as the symmetric matrix C1^(1/2) C2 C1^(1/2).
  const MatrixXd root1 = root(covariance1);
  const Solver product(root1 * covariance2 * root1, Eigen::EigenvaluesOnly);
  return (mean1 - mean2).squaredNorm() + covariance1.trace() + covariance2.trace() -
         2.0 * product.eigenvalues().cwiseMax(0.0).cwiseSqrt().sum();
}

double frechet_distance(const FeatureMoments& features1, const FeatureMoments& features2) {
  if (features1.count() < 2 || features2.count() < 2 ||
      features1.mean().size() != features2.mean().size()) {
    throw Error(ErrorCode::invalid_argument,
                "features: a Fréchet distance needs two sets of at least two vectors of one length;"
                " give more faces");
  }
  return frechet_distance(features1.mean(), features1.covariance(), features2.mean(),
                          features2.covariance());
}

double frechet_distance(const MatrixXd& features1, const MatrixXd& features2) {
  if (features1.rows() < 2 || features2.rows() < 2 || features1.cols() != features2.cols()) {
    throw Error(ErrorCode::invalid_argument,
                "features: a Fréchet distance needs two sets of at least two vectors of one length;"
                " give more faces");
  }
  return frechet_distance(features1.colwise().mean().transpose(), covariance(features1),
                          features2.colwise().mean().transpose(), covariance(features2));
}

}  // namespace demask::training

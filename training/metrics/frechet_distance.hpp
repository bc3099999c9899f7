// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The Fréchet distance of two sets of features.

#include <Eigen/Core>

namespace demask::training {

/// Fréchet distance of two Gaussians, squared: |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))
/// (Dowson and Landau, J. Multivariate Anal. 1982; Heusel et al., NIPS 2017).
double frechet_distance(const Eigen::VectorXd& mean1, const Eigen::MatrixXd& covariance1,
                        const Eigen::VectorXd& mean2, const Eigen::MatrixXd& covariance2);

/// The mean and covariance of a set of feature vectors of one length, gathered piece by piece.
class FeatureMoments {
 public:
  FeatureMoments() = default;
  /// The moments of a set of vectors, one per row.
  explicit FeatureMoments(const Eigen::MatrixXd& features);

  /// Adds the vectors of another set. @throws Error invalid_argument if their length differs.
  FeatureMoments& operator+=(const FeatureMoments& other);

  /// Number of vectors.
  Eigen::Index count() const noexcept { return count_; }
  /// Needs at least one vector.
  Eigen::VectorXd mean() const { return sum_ / static_cast<double>(count_); }
  /// The unbiased covariance; needs at least two vectors.
  Eigen::MatrixXd covariance() const;

 private:
  Eigen::Index count_ = 0;
  Eigen::VectorXd sum_;
  Eigen::MatrixXd products_;
};

/// Fréchet distance of the Gaussians fitted to two sets of features. No covariance is inverted, so
/// sets with fewer vectors than channels need no regularization.
/// @throws Error invalid_argument for fewer than two vectors, or vectors of different lengths.
double frechet_distance(const FeatureMoments& features1, const FeatureMoments& features2);

/// Fréchet distance of the Gaussians fitted to two sets of features, one feature vector a row.
/// @throws Error invalid_argument for fewer than two rows, or different numbers of columns.
double frechet_distance(const Eigen::MatrixXd& features1, const Eigen::MatrixXd& features2);

}  // namespace demask::training

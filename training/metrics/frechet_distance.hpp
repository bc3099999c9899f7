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

/// Fréchet distance of the Gaussians fitted to two sets of features, one feature vector a row.
/// @throws Error invalid_argument for fewer than two rows, or different numbers of columns.
double frechet_distance(const Eigen::MatrixXd& features1, const Eigen::MatrixXd& features2);

}  // namespace demask::training

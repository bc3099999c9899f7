// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The joint distribution of the landmarks of a face, and what it says about unseen ones.

#include <Eigen/Core>
#include <cstdint>

namespace demask::core {

/// A normal distribution of vectors: a point distribution model (Cootes et al. 1995) if the vectors
/// are the coordinates of landmarks.
struct Normal {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;  ///< Symmetric and positive semidefinite.
};

/// The distribution after measurements of linear functions of the vector: row i of `functions`
/// times the vector was measured as `values[i]`, with a normal error of standard deviation
/// `errors[i]` (conditional Gaussian; an infinite error is no measurement).
/// @throws Error invalid_argument if the sizes differ, a value is not finite, or an error is not
///         positive.
Normal conditioned(const Normal& prior, const Eigen::MatrixXd& functions,
                   const Eigen::VectorXd& values, const Eigen::VectorXd& errors);

/// A vector drawn from the distribution, and how likely it is.
struct Draw {
  Eigen::VectorXd vector;
  /// The density there over the density at the mean, to the power of 1 over the number of
  /// dimensions: 1 at the mean.
  double likelihood = 1.0;
};

/// The seed of the draw with this index among several: unrelated to those of other seeds, even of
/// the next one, and of other indices.
std::uint64_t seed_of(std::uint64_t seed, std::uint64_t index);

/// Draws vectors from a distribution.
class NormalSampler {
 public:
  explicit NormalSampler(const Normal& normal);

  /// Draws a vector. Equal seeds give equal vectors.
  /// @param spread  Scales the distance from the mean; 0 gives the mean.
  Draw draw(double spread, std::uint64_t seed) const;

 private:
  Eigen::VectorXd mean_;
  Eigen::MatrixXd axes_;  // Columns: the principal axes times their standard deviations.
};

/// The mean and covariance of the rows of a matrix, one vector a row.
/// @throws Error invalid_argument if there are fewer than two rows or a value is not finite.
Normal fitted(const Eigen::MatrixXd& rows);

}  // namespace demask::core

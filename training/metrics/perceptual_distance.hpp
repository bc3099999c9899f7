// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The distance of two images in the features of a network.

#include <Eigen/Core>

namespace demask::training {

/// The mean over places of the squared distance of unit feature vectors (the distance of one layer
/// in Zhang et al., CVPR 2018, eq. 1, with all channels weighted 1). It lies in [0, 4], and in
/// [0, 2] for features that are not negative.
/// @param features, truth  One place per row, one channel per column, places in the same order.
/// @throws Error invalid_argument for unequal sizes or no places.
double perceptual_distance(const Eigen::MatrixXd& features, const Eigen::MatrixXd& truth);

}  // namespace demask::training

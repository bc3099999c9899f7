// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Target heatmaps for training heatmap networks.

#include <ATen/ATen.h>

namespace demask::training {

/// Standard deviation of a landmark or boundary on a heatmap, in cells.
inline constexpr double heatmap_sigma = 1.5;

/// Heatmaps [B,K,side,side] with Gaussians of height 1 at points [B,K,2] (x and y as fractions of
/// the side). Cell i covers [i, i + 1] / side. Beyond three sigma they are 0.
at::Tensor landmark_heatmaps(const at::Tensor& points, std::int64_t side);

/// The boundary heatmap [B,1,side,side] (Wu et al., Look at Boundary, CVPR 2018; the boundary
/// channel of Adaptive Wing networks): a Gaussian of the distance to the nearest of the facial
/// lines through points [B,68,2].
at::Tensor boundary_heatmap(const at::Tensor& points, std::int64_t side);

}  // namespace demask::training

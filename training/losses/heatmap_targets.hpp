#pragma once

/// @file
/// The heatmaps that heatmap networks learn to give.

#include <ATen/ATen.h>

namespace demask::training {

/// Spread of a landmark or boundary on a heatmap, in its cells.
inline constexpr double heatmap_sigma = 1.5;

/// Gaussians of height 1 at points [B,K,2] (x and y in fractions of the side), as heatmaps
/// [B,K,side,side]. Cell i covers [i, i + 1] / side. Beyond three sigma they are 0.
at::Tensor landmark_heatmaps(const at::Tensor& points, std::int64_t side);

/// The face's boundary (Wu et al., Look at Boundary, CVPR 2018; the boundary channel of Adaptive
/// Wing networks): the lines of the face through points [B,68,2] with a Gaussian profile over the
/// distance from the nearest line. [B,1,side,side].
at::Tensor boundary_heatmap(const at::Tensor& points, std::int64_t side);

}  // namespace demask::training

#pragma once

/// @file
/// The loss of heatmap networks.

#include <ATen/ATen.h>

namespace demask::training {

/// Constants of the Adaptive Wing loss, as the paper sets them.
struct AdaptiveWing {
  double alpha = 2.1;
  double omega = 14.0;
  double epsilon = 1.0;
  double theta = 0.5;
  double weight = 10.0;    ///< Of the pixels of the weighted loss map besides 1.
  double threshold = 0.2;  ///< Of the dilated truth, from which a pixel has that weight.
};

/// The Adaptive Wing loss of each pixel (Wang et al., ICCV 2019, eq. 3): with d = |truth -
/// predicted|, omega ln(1 + (d / epsilon)^(alpha - truth)) below theta, and from there on the line
/// that continues it smoothly. Both of one shape, the truth in [0, 1].
at::Tensor adaptive_wing_loss(const at::Tensor& predicted, const at::Tensor& truth,
                              const AdaptiveWing& constants = {});

/// The paper's weighted loss map, weight * M + 1, where M is 1 on the pixels whose 3 x 3
/// dilation of the truth reaches the threshold. [B,K,h,w].
at::Tensor loss_weights(const at::Tensor& truth, const AdaptiveWing& constants = {});

/// The mean of the weighted loss over all pixels of heatmaps [B,K,h,w].
at::Tensor weighted_adaptive_wing_loss(const at::Tensor& predicted, const at::Tensor& truth,
                                       const AdaptiveWing& constants = {});

}  // namespace demask::training

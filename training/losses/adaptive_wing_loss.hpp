// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The loss of heatmap networks.

#include <ATen/ATen.h>

namespace demask::training {

/// Constants of the Adaptive Wing loss with the paper's values.
struct AdaptiveWing {
  double alpha = 2.1;
  double omega = 14.0;
  double epsilon = 1.0;
  double theta = 0.5;
  double weight = 10.0;    ///< Extra weight of pixels selected by the weighted loss map.
  double threshold = 0.2;  ///< Value of the dilated truth from which a pixel is selected.
};

/// The Adaptive Wing loss of each pixel (Wang et al., ICCV 2019, eq. 3): with d = |truth -
/// predicted|, it is omega ln(1 + (d / epsilon)^(alpha - truth)) for d below theta, and the line
/// that continues it smoothly above. Both tensors have one shape; the truth is in [0, 1].
at::Tensor adaptive_wing_loss(const at::Tensor& predicted, const at::Tensor& truth,
                              const AdaptiveWing& constants = {});

/// The paper's weighted loss map [B,K,h,w]: weight * M + 1, where M is 1 where the truth, dilated
/// by 3 x 3 pixels, reaches the threshold.
at::Tensor loss_weights(const at::Tensor& truth, const AdaptiveWing& constants = {});

/// The mean of the weighted loss over all pixels of heatmaps [B,K,h,w].
at::Tensor weighted_adaptive_wing_loss(const at::Tensor& predicted, const at::Tensor& truth,
                                       const AdaptiveWing& constants = {});

}  // namespace demask::training

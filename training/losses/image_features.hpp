// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What a network that was trained on photos of all kinds sees in a picture.

#include <torch/script.h>

#include <filesystem>
#include <vector>

namespace demask::training {

/// A frozen image classifier whose inner feature maps are asked for. Its gradient reaches the
/// picture.
class ImageFeatures {
 public:
  /// Of the maps that the module returns, the first: those at strides 2, 4 and 8.
  static constexpr std::size_t map_count = 3;

  /// @param file A scripted network: RGB [B,3,H,W] in [0,1], H and W multiples of 32, to a list or
  ///   tuple of feature maps with falling sides.
  /// @throws Error model_invalid.
  ImageFeatures(const std::filesystem::path& file, const c10::Device& device);

  /// The maps [B,C,H/2,W/2], [B,C',H/4,W/4] and [B,C",H/8,W/8] of pictures [B,3,H,W] in [0,1],
  /// fp32.
  std::vector<at::Tensor> operator()(const at::Tensor& pictures);

 private:
  torch::jit::Module module_;
};

/// The mean absolute difference of the maps, each in units of its own mean magnitude, averaged over
/// the maps (perceptual loss, Johnson et al., ECCV 2016, eq. 2, of absolute differences).
at::Tensor perceptual_loss(const std::vector<at::Tensor>& painted,
                           const std::vector<at::Tensor>& wanted);

}  // namespace demask::training

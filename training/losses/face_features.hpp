// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Computes features of faces with a face recognition network, with gradients.

#include <torch/script.h>

#include <filesystem>
#include <vector>

namespace demask::training {

/// How the network's aligned faces are sampled from images.
struct FaceSampling {
  /// [B,2,3], the affine matrices (torch.nn.functional.affine_grid, align_corners false) from the
  /// aligned face to the image.
  at::Tensor grid;
  at::Tensor blur;  ///< [B,1,1,1], weight in [0,1] of a blurred copy; undefined for no blur.
};

/// A frozen face recognition network that computes features of faces. Gradients flow through it to
/// the images.
class FaceFeatures {
 public:
  static constexpr std::size_t map_count = 3;

  struct Features {
    std::vector<at::Tensor> maps;  ///< [B,C,56,56], [B,C',28,28], [B,C",14,14], fp32.
    at::Tensor identity;           ///< [B,D], fp32.
  };

  /// @param file A scripted network that takes aligned RGB [B,3,112,112] as (level - 127) / 128 and
  ///   returns four feature maps, the first three of which are used, and an identity vector.
  /// @throws Error model_invalid.
  explicit FaceFeatures(const std::filesystem::path& file,
                        const c10::Device& device = c10::Device(c10::kCPU));

  /// Aligns faces and computes their features. @param faces [B,3,S,S] in [0,1].
  Features operator()(const at::Tensor& faces, const FaceSampling& sampling);

  /// Samples images [B,C,S,S] through `grid` into aligned faces [B,C,112,112].
  static at::Tensor align(const at::Tensor& pictures, const at::Tensor& grid);

 private:
  torch::jit::Module module_;
};

/// Randomly shifts, rotates, scales and blurs the sampling of grids [B,2,3], and mirrors it with a
/// probability of one half. A fixed sampling would reward fine stripes aligned with the network's
/// cells (expectation over transformation, Athalye et al., Synthesizing Robust Adversarial
/// Examples, ICML 2018).
FaceSampling random_sampling(const at::Tensor& grid);

}  // namespace demask::training

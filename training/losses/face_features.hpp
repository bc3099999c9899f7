#pragma once

/// @file
/// Features of faces in a face recognition network, with gradients.

#include <torch/script.h>

#include <filesystem>
#include <vector>

namespace demask::training {

/// How the aligned faces of the network are sampled from pictures.
struct FaceSampling {
  /// [B,2,3], the affine grid (torch.nn.functional.affine_grid, align_corners false) from the
  /// aligned face to the picture.
  at::Tensor grid;
  at::Tensor blur;  ///< [B,1,1,1], weight in [0,1] of a blurred copy; undefined for none.
};

/// The features of faces in a frozen face recognition network. Gradients flow through it to the
/// pictures.
class FaceFeatures {
 public:
  static constexpr std::size_t map_count = 3;

  struct Features {
    std::vector<at::Tensor> maps;  ///< [B,C,56,56], [B,C',28,28], [B,C",14,14], fp32.
    at::Tensor identity;           ///< [B,D], fp32.
  };

  /// @param file A scripted network: aligned RGB [B,3,112,112] as (level - 127) / 128 to four
  ///   feature maps, of which the first three are used, and an identity.
  /// @throws Error model_invalid.
  explicit FaceFeatures(const std::filesystem::path& file,
                        const c10::Device& device = c10::Device(c10::kCPU));

  /// @param faces [B,3,S,S] in [0,1].
  Features operator()(const at::Tensor& faces, const FaceSampling& sampling);

  /// Samples pictures [B,C,S,S] through `grid`, [B,C,112,112].
  static at::Tensor align(const at::Tensor& pictures, const at::Tensor& grid);

 private:
  torch::jit::Module module_;
};

/// The sampling of the grids [B,2,3] shifted, turned, scaled and blurred at random, and mirrored
/// with a probability of one half. A fixed sampling would reward fine stripes in step with the
/// network's own cells (expectation over transformation, Athalye et al., Synthesizing Robust
/// Adversarial Examples, ICML 2018).
FaceSampling random_sampling(const at::Tensor& grid);

}  // namespace demask::training

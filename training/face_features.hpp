#pragma once

#include <torch/script.h>

#include <filesystem>
#include <vector>

namespace demask::training {

/// How faces are looked at.
struct Look {
  /// [B,2,3], the affine grid (torch.nn.functional.affine_grid, align_corners false) through which
  /// they are seen.
  at::Tensor grid;
  at::Tensor softness;  ///< [B,1,1,1] in [0,1], of a blur; undefined for none.
};

/// What a frozen face recognition network sees in a face. Its gradient reaches the face.
class FaceFeatures {
 public:
  static constexpr std::size_t map_count = 3;

  struct View {
    std::vector<at::Tensor> maps;  ///< [B,C,56,56], [B,C',28,28], [B,C",14,14], fp32.
    at::Tensor identity;           ///< [B,D], fp32.
  };

  /// @param file A scripted network: aligned RGB [B,3,112,112] as (level - 127) / 128 to four
  ///   feature maps, of which the first three are used, and an identity.
  /// @throws Error model_invalid.
  explicit FaceFeatures(const std::filesystem::path& file,
                        const c10::Device& device = c10::Device(c10::kCPU));

  /// @param faces [B,3,S,S] in [0,1].
  View operator()(const at::Tensor& faces, const Look& look);

  /// Pictures [B,C,S,S] as the network sees them through `grid`, [B,C,112,112].
  static at::Tensor align(const at::Tensor& pictures, const at::Tensor& grid);

 private:
  torch::jit::Module module_;
};

/// A look at the faces of the grids [B,2,3] that shows them a little elsewhere, turned, at another
/// scale and blurred, and every second one as in a mirror. Seen in one way only, fine stripes in
/// step with the network's own cells would please it (expectation over transformation, Athalye et
/// al., Synthesizing Robust Adversarial Examples, ICML 2018).
Look shaken(const at::Tensor& grid);

}  // namespace demask::training

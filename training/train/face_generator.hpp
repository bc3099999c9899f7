// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A trained generator of faces, as a source of training samples.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "learn/learner.hpp"
#include "samples/prior_samples.hpp"
#include "samples/sample_order.hpp"

namespace demask::training {

/// A frozen TorchScript module with the methods codes(z [B,D]) -> [B,D], at(codes [B,23,D], size)
/// -> RGB about [0, 1], [B,3,size,size], and the tensors mean_w and std_w [D].
class FaceGenerator {
 public:
  /// One for each layer of a face.
  static constexpr std::int64_t code_count = 23;

  /// Loads the module and turns its parameters to 32 bits.
  /// @throws Error model_invalid.
  FaceGenerator(const std::filesystem::path& file, const c10::Device& device);

  /// Codes of the faces numbered `first` to `first` + `count` - 1 of the endless sequence of a
  /// seed: [count,23,D] on the device. Each is one random code for all layers, or, in 15 % of
  /// the faces, one for the layers before a random one and another from there on (style mixing,
  /// Karras et al. 2019, section 3.1), both truncated by a random psi in [0.5, 1].
  at::Tensor draw_codes(std::uint64_t seed, std::uint64_t first, int count);

  /// The faces of codes [B,23,D], [B,3,size,size], through which gradients flow.
  at::Tensor faces(const at::Tensor& codes, std::int64_t size);

  /// The faces of draw_codes() as pictures of `size` pixels.
  std::vector<GeneratedFace> draw_faces(std::uint64_t seed, std::uint64_t first, int count,
                                        int size);

  const at::Tensor& mean_w() const noexcept { return mean_w_; }
  const at::Tensor& std_w() const noexcept { return std_w_; }

 private:
  /// @param normal [B,D]; @param psi [B,1]
  at::Tensor truncated(const at::Tensor& normal, const at::Tensor& psi);

  torch::jit::Module module_;
  c10::Device device_;
  at::Tensor mean_w_;
  at::Tensor std_w_;
};

}  // namespace demask::training

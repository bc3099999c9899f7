// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The discriminator that an inpainter is trained against.

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "learn/learner.hpp"

namespace demask::training {

/// The discriminator of an inpainter. It judges patches by the feature maps of a face recognition
/// network (projected GANs, Sauer et al. 2021) with the hinge loss (Lim and Ye 2017). Only patches
/// in the hole count: the others are copied from the photo.
class Adversary {
 public:
  /// @param file A scripted discriminator. It takes the feature maps and a tensor [B,2,S,S] of the
  ///   hole and the landmark map, aligned with them, and returns logits [B,1,H,W] for each map,
  ///   large where real.
  Adversary(const std::filesystem::path& file, const LearnerOptions& options);

  Learner& learner() { return learner_; }

  /// Updates the discriminator from the maps of real and painted faces and returns its loss, which
  /// is 2 if it cannot tell them apart.
  double learn(const std::vector<at::Tensor>& real, const std::vector<at::Tensor>& painted,
               const at::Tensor& known, double rate_factor);

  /// The generator's adversarial loss on painted faces; gradients flow through it to the maps.
  at::Tensor distrust(const std::vector<at::Tensor>& painted, const at::Tensor& known);

 private:
  std::vector<at::Tensor> judge(const std::vector<at::Tensor>& maps, const at::Tensor& known);

  Learner learner_;
};

}  // namespace demask::training

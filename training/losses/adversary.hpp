#pragma once

/// @file
/// The discriminator that an inpainter is trained against.

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "learn/learner.hpp"

namespace demask::training {

/// The discriminator of an inpainter: judges patches by the feature maps of a face recognition
/// network (projected GANs, Sauer et al. 2021), with the hinge loss (Lim and Ye 2017). Only patches
/// of the hole count: the others are those of the photo.
class Adversary {
 public:
  /// @param file A scripted discriminator: feature maps and [B,2,S,S], hole and landmark map as
  ///   seen in them, to logits [B,1,H,W] of each map, large where real.
  Adversary(const std::filesystem::path& file, const LearnerOptions& options);

  Learner& learner() { return learner_; }

  /// One update from the maps of real and of painted faces. The loss is 2 for a
  /// discriminator that cannot tell them apart.
  double learn(const std::vector<at::Tensor>& real, const std::vector<at::Tensor>& painted,
               const at::Tensor& known, double rate_factor);

  /// The adversarial loss of painted faces; gradients flow through it to the maps.
  at::Tensor distrust(const std::vector<at::Tensor>& painted, const at::Tensor& known);

 private:
  std::vector<at::Tensor> judge(const std::vector<at::Tensor>& maps, const at::Tensor& known);

  Learner learner_;
};

}  // namespace demask::training

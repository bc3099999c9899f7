// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What the trainings of the prior share: tensors of a batch, and the landmark detector.

#include <filesystem>
#include <memory>

#include "demask/landmark_detector.hpp"
#include "learn/learner.hpp"
#include "learn/training_options.hpp"
#include "samples/hole_guess.hpp"
#include "samples/prior_batch.hpp"

namespace demask::training {

/// The sequence of the validation's faces, apart from that of every training.
inline constexpr std::uint64_t validation_seed = 0x76616c6964617465ULL;

/// The tensors of a batch, on the device; S is the side of its images.
struct PriorInputs {
  at::Tensor truth;     ///< [B,3,S,S] in [0,1].
  at::Tensor visible;   ///< [B,3,S,S], a guess in the hole or zeros.
  at::Tensor unknown;   ///< [B,1,S,S] in [0,1]: how little is known of each pixel of `visible`.
  at::Tensor hole;      ///< [B,1,S,S], 0 or 1.
  at::Tensor coverage;  ///< [B,1,S,S], 0 or 1.
  at::Tensor map;       ///< [B,1,S,S].
  at::Tensor grid;      ///< [B,2,3].
  at::Tensor codes;     ///< [B,23,D]; undefined if they are not known.
};

PriorInputs to_inputs(PriorBatch& batch, const c10::Device& device);

/// The items of `first`, then those of `second`. The codes are those of `first` alone.
PriorInputs joined(const PriorInputs& first, const PriorInputs& second);

/// The landmark detector of a bundle, or of the default one for an empty path, on the device of the
/// training.
std::shared_ptr<const LandmarkDetector> load_landmarks(const TrainingOptions& options,
                                                       const std::filesystem::path& models);

/// The direct inpainters of such a bundle, and what chooses between them.
HoleGuess load_guess(const TrainingOptions& options, const std::filesystem::path& models);

}  // namespace demask::training

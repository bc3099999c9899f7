// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Masked real faces at up to 512 px.

#include <cstdint>
#include <memory>
#include <vector>

#include "core/workers.hpp"
#include "data/hd_faces.hpp"
#include "demask/landmark_detector.hpp"
#include "samples/prior_batch.hpp"
#include "samples/sample_order.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// Masks real faces, without those whose photos were enlarged. What a sample is depends on its
/// number and the seed alone.
class HdSamples {
 public:
  /// @param landmarks finds the 68 points of the bare faces, once for each.
  /// @param loaders threads that put masks on.
  /// @throws Error invalid_argument if all photos were enlarged.
  HdSamples(const std::vector<HdFace>& faces, std::shared_ptr<const LandmarkDetector> landmarks,
            const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed, int loaders = 1);

  /// Samples `first` to `first` + `count` - 1 of an endless, shuffled, augmented sequence, at
  /// `size` px, half of them mirrored. Call from one thread.
  PriorBatch training_batch(std::uint64_t first, int count, int size);

  /// Faces `first` to `first` + `count` - 1 of those, as PriorSamples::validation_batch().
  PriorBatch validation_batch(std::size_t first, int count, int size);

  std::size_t faces() const noexcept { return faces_.size(); }

 private:
  PriorFace read(std::size_t item);

  std::vector<FaceRecord> faces_;
  std::vector<Landmarks> found_;  ///< One for each face; empty until it is first read.
  std::shared_ptr<const LandmarkDetector> landmarks_;
  synthesis::MaskSynthesizer synthesizer_;
  SampleOrder order_;
  core::Workers workers_;
};

}  // namespace demask::training

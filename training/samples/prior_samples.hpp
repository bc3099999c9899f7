// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Masked faces whose codes in a face generator are known.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "core/workers.hpp"
#include "demask/landmark_detector.hpp"
#include "learn/training_options.hpp"
#include "samples/prior_batch.hpp"
#include "samples/sample_order.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A generated face and the codes it was made of.
struct GeneratedFace {
  cv::Mat rgb;               ///< CV_8UC3, an FFHQ-aligned square of any size.
  std::vector<float> codes;  ///< Row-major [layers, code size].
};

/// Makes the faces numbered `first`, `first` + 1, ..., which depend on nothing but their number.
using FaceSource = std::function<std::vector<GeneratedFace>(std::uint64_t first, int count)>;

/// Masks generated faces. What a sample is depends on its number and the seed alone, so that a
/// resumed run goes on where it stopped.
class PriorSamples {
 public:
  /// @param source of the faces, called from the thread that asks for batches.
  /// @param landmarks finds the 68 points of the bare faces.
  /// @param loaders threads that put masks on.
  PriorSamples(FaceSource source, std::shared_ptr<const LandmarkDetector> landmarks,
               const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed,
               const FaceReuse& reuse, int loaders = 1);

  /// Samples `first` to `first` + `count` - 1 of an endless augmented sequence, at `size` px. Call
  /// from one thread.
  PriorBatch training_batch(std::uint64_t first, int count, int size);

  /// Faces `first` to `first` + `count` - 1, each once, with errors of the landmarks as the default
  /// detector's and nothing else that varies but the mask.
  PriorBatch validation_batch(std::uint64_t first, int count, int size) const;

 private:
  std::vector<PriorFace> make_faces(std::uint64_t first, int count) const;
  void show_faces_until(std::uint64_t oldest, std::uint64_t newest);

  FaceSource source_;
  std::shared_ptr<const LandmarkDetector> landmarks_;
  synthesis::MaskSynthesizer synthesizer_;
  SampleOrder order_;
  FaceReuse reuse_;
  core::Workers workers_;
  std::deque<PriorFace> shown_;    ///< The faces that samples are taken from.
  std::uint64_t first_shown_ = 0;  ///< Number of the first of them.
};

}  // namespace demask::training

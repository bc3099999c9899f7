// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Training and validation samples of the landmark detector.

#include <cstdint>
#include <random>
#include <vector>

#include "data/face_dataset.hpp"
#include "data/image_batch.hpp"
#include "learn/training_options.hpp"
#include "samples/sample_order.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// Number of points of a labeled face.
inline constexpr int points_per_face = 68;

/// Crops and the positions of the points in them.
struct LandmarkBatch {
  LandmarkBatch(int count, int size)
      : crop(count, size, 3), points(static_cast<std::size_t>(count) * points_per_face * 2) {}
  ImageBatch crop;
  std::vector<float> points;  ///< [N,68,2], x and y in fractions of the crop's side.
};

/// Makes samples for the landmark detector: crops cut as the library does, around boxes and eye
/// lines with the errors of a face detector. Most faces have a painted mask.
class LandmarkSamples {
 public:
  LandmarkSamples(std::vector<FaceRecord> faces, const TrainingOptions& options);

  std::size_t faces() const noexcept { return faces_.size(); }

  /// Batch `number` of an endless, shuffled, augmented sequence. Call from one thread.
  LandmarkBatch training_batch(std::uint64_t number, int count);

  /// `count` masked faces from index `first` on, without augmentation.
  LandmarkBatch validation_batch(std::size_t first, int count) const;

 private:
  void fill(LandmarkBatch& batch, int index, const FaceRecord& record, bool augment,
            std::mt19937_64& engine) const;

  std::vector<FaceRecord> faces_;
  int size_;
  SampleOrder order_;
  synthesis::MaskSynthesizer synthesizer_;
};

}  // namespace demask::training

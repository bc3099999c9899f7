// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Training samples of instance segmenters.

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

#include "data/image_batch.hpp"
#include "learn/training_options.hpp"
#include "samples/segmentation_samples.hpp"

namespace demask::training {

/// A worn mask in an image.
struct InstanceLabel {
  std::array<float, 4> box;  ///< Left, top, right and bottom edge in pixels.
  cv::Mat mask;              ///< CV_8UC1 of the image's size, 1 on the mask and 0 elsewhere.
};

/// Images and the masks worn in them.
struct InstanceBatch {
  InstanceBatch(int count, int size)
      : picture(count, size, 3), labels(static_cast<std::size_t>(count)) {}
  ImageBatch picture;
  std::vector<std::vector<InstanceLabel>> labels;  ///< Masks of each image; may be empty.
};

/// Makes samples for an instance segmenter from those of SegmentationSamples: an image shows one
/// face or four, equally often.
class InstanceSamples {
 public:
  InstanceSamples(const TrainingOptions& options, std::size_t validation_faces);

  /// Batch `number` of an endless, shuffled, augmented sequence. Call from one thread.
  InstanceBatch training_batch(std::uint64_t number, int count);

  /// Samples with a single face, for validation.
  const SegmentationSamples& faces() const noexcept { return single_; }

 private:
  void fill(InstanceBatch& batch, int index, std::uint64_t sample);

  int size_;
  std::uint64_t seed_;
  SegmentationSamples single_;
  SegmentationSamples quarter_;
};

}  // namespace demask::training

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

/// A worn mask in a picture.
struct InstanceLabel {
  std::array<float, 4> box;  ///< Left, top, right and bottom edge in pixels.
  cv::Mat mask;              ///< CV_8UC1 of the picture's size, 1 on the mask and else 0.
};

/// Pictures and the masks worn in them.
struct InstanceBatch {
  InstanceBatch(int count, int size)
      : picture(count, size, 3), labels(static_cast<std::size_t>(count)) {}
  ImageBatch picture;
  std::vector<std::vector<InstanceLabel>> labels;  ///< Of each picture; may be empty.
};

/// Makes samples of an instance segmenter from those of SegmentationSamples: a picture shows one
/// face or, as often, four.
class InstanceSamples {
 public:
  InstanceSamples(const TrainingOptions& options, std::size_t validation_faces);

  /// Batch `number` of an endless, shuffled, augmented sequence. Call from one thread.
  InstanceBatch training_batch(std::uint64_t number, int count);

  /// The single faces, for validation.
  const SegmentationSamples& faces() const noexcept { return single_; }

 private:
  void fill(InstanceBatch& batch, int index, std::uint64_t sample);

  int size_;
  std::uint64_t seed_;
  SegmentationSamples single_;
  SegmentationSamples quarter_;
};

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#include "samples/instance_samples.hpp"

#include <opencv2/imgproc.hpp>
#include <utility>

#include "synthesis/random.hpp"

namespace demask::training {
namespace {

// Minimum area of an instance in pixels.
constexpr int min_area = 16;

TrainingOptions with_size(TrainingOptions options, int size) {
  options.size = size;
  return options;
}

}  // namespace

InstanceSamples::InstanceSamples(const TrainingOptions& options, std::size_t validation_faces)
    : size_(options.size),
      seed_(options.seed),
      single_(options, validation_faces),
      quarter_(with_size(options, options.size / 2), 1) {}

InstanceBatch InstanceSamples::training_batch(std::uint64_t number, int count) {
  InstanceBatch batch(count, size_);
  for (int i = 0; i < count; ++i) {
    fill(batch, i, number * static_cast<std::uint64_t>(count) + static_cast<std::uint64_t>(i));
  }
  return batch;
}

void InstanceSamples::fill(InstanceBatch& batch, int index, std::uint64_t sample) {
  std::mt19937_64 engine(SampleOrder(1, seed_).engine(sample));
  const bool is_single = synthesis::Random(engine).chance(0.5F);
  const int across = is_single ? 1 : 2;
  const int tile = is_single ? size_ : size_ / 2;
  SegmentationBatch faces =
      (is_single ? single_ : quarter_).training_batch(sample, across * across);
  cv::Mat picture = batch.picture.at(index);
  for (int i = 0; i < across * across; ++i) {
    const cv::Rect place(i % across * tile, i / across * tile, tile, tile);
    faces.face.at(i).copyTo(picture(place));
    const cv::Mat covered = faces.mask.at(i) >= 128;
    if (cv::countNonZero(covered) < min_area) {
      continue;
    }
    InstanceLabel label;
    const cv::Rect extent = cv::boundingRect(covered) + place.tl();
    label.box = {static_cast<float>(extent.x), static_cast<float>(extent.y),
                 static_cast<float>(extent.x + extent.width),
                 static_cast<float>(extent.y + extent.height)};
    label.mask = cv::Mat::zeros(size_, size_, CV_8UC1);
    label.mask(place).setTo(1, covered);
    batch.labels[static_cast<std::size_t>(index)].push_back(std::move(label));
  }
}

}  // namespace demask::training

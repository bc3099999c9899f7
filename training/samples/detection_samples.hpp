// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Training samples of the face detector.

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "augment/augmentation.hpp"
#include "data/face_dataset.hpp"
#include "data/image_batch.hpp"
#include "learn/training_options.hpp"
#include "samples/sample_order.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

using FivePoints = std::array<Point, 5>;

/// A labeled face, in pixels of the image that shows it.
struct LabeledFace {
  Box box;
  std::optional<FivePoints> points;  ///< Right eye, left eye, nose, right and left mouth corner.
};

/// A photo with all its faces.
struct LabeledPhoto {
  std::filesystem::path file;
  std::vector<LabeledFace> faces;
};

/// The photos of a split in `data`/masked.csv with the boxes of `data`/masked_boxes.csv.
/// @throws Error unreadable_file or invalid_argument for malformed tables.
std::vector<LabeledPhoto> read_labeled_photos(const std::filesystem::path& data,
                                              const std::string& split);

/// Images and the targets of every cell of the detector. The A cells are those of strides 8, 16
/// and 32, row-major within a level.
struct DetectionBatch {
  DetectionBatch(int count, int size);
  ImageBatch image;
  std::vector<float> face;          ///< [N,A]: 1 face, 0 no face, -1 ignored by the loss.
  std::vector<float> box;           ///< [N,A,4]: x1, y1, x2, y2 in pixels.
  std::vector<float> points;        ///< [N,A,10]: x, y of the five points in pixels.
  std::vector<float> points_known;  ///< [N,A]: 1 if the points are labeled, else 0.
};

/// Number of the detector's cells in a square image of `size` pixels.
int cell_count(int size);

/// Makes training images: crops at many scales of photos of people with masks, and mosaics of
/// faces, half of them with a painted mask. Every tenth photo is held out for validation.
class DetectionSamples {
 public:
  explicit DetectionSamples(const TrainingOptions& options);

  /// Batch `number` of an endless, shuffled, augmented sequence. Call from one thread.
  DetectionBatch training_batch(std::uint64_t number, int count);

  const std::vector<LabeledPhoto>& validation() const noexcept { return validation_; }

 private:
  struct Picture;
  Picture crop_of_photo(const LabeledPhoto& photo, Random& random) const;
  Picture mosaic(Random& random, std::mt19937_64& engine) const;
  void paste_face(Picture& picture, const cv::Rect& tile, Random& random,
                  std::mt19937_64& engine) const;

  int size_;
  std::vector<LabeledPhoto> photos_;
  std::vector<LabeledPhoto> validation_;
  std::vector<FaceRecord> faces_;
  SampleOrder order_;
  synthesis::MaskSynthesizer synthesizer_;
};

}  // namespace demask::training

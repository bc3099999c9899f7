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

/// A face in a picture, in its pixels.
struct LabeledFace {
  Box box;
  std::optional<FivePoints> points;  ///< Right eye, left eye, nose, right and left mouth corner.
};

/// A photo with all its faces.
struct LabeledPhoto {
  std::filesystem::path file;
  std::vector<LabeledFace> faces;
};

/// The photos of `data`/masked.csv in a split with the boxes of `data`/masked_boxes.csv.
/// @throws Error unreadable_file or invalid_argument for malformed tables.
std::vector<LabeledPhoto> read_labeled_photos(const std::filesystem::path& data,
                                              const std::string& split);

/// Pictures and what every cell of the detector shall say about them. Cells are those of strides 8,
/// 16 and 32, row-major within a level: A in all.
struct DetectionBatch {
  DetectionBatch(int count, int size);
  ImageBatch image;
  std::vector<float> face;          ///< [N,A]: 1 a face, 0 none, -1 not to be judged.
  std::vector<float> box;           ///< [N,A,4]: x1, y1, x2, y2 in pixels.
  std::vector<float> points;        ///< [N,A,10].
  std::vector<float> points_known;  ///< [N,A]: 1 or 0.
};

/// Number of cells of a square picture.
int cell_count(int size);

/// Makes training pictures: crops of photos of people with masks at many scales, and mosaics of
/// bare faces, half of which wear a painted mask. Every tenth photo is held out for validation.
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

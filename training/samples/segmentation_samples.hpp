// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Training and validation samples of the segmenter.

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <vector>

#include "data/face_dataset.hpp"
#include "data/image_batch.hpp"
#include "learn/training_options.hpp"
#include "samples/sample_order.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// Canonical faces and the masks they wear.
struct SegmentationBatch {
  SegmentationBatch(int count, int size)
      : face(count, size, 3),
        mask(count, size, 1),
        straps(count, size, 1),
        shows_straps(static_cast<std::size_t>(count), 0.0F) {}
  ImageBatch face;
  ImageBatch mask;                  ///< 0 to 255: how much of the pixel the mask covers.
  ImageBatch straps;                ///< 0 to 255: how much of the pixel straps cover.
  std::vector<float> shows_straps;  ///< Per face: 1 if the straps are known, 0 if not outlined.
};

/// A photo with an outlined mask.
struct OutlinedMask {
  std::filesystem::path image;
  std::filesystem::path mask;  ///< Gray, 255 on the mask.
};

/// The training split of an indexed folder of images and masks (index.csv with the columns image,
/// mask, split); empty if there is no such folder.
std::vector<OutlinedMask> read_outlined(const std::filesystem::path& folder);

/// Makes samples for the segmenter: bare faces with painted masks, real masks outlined by hand
/// (`data`/seg_real) and rendered masks (`data`/seg_synthetic). Every seventh outlined mask is held
/// out for validation.
class SegmentationSamples {
 public:
  SegmentationSamples(const TrainingOptions& options, std::size_t validation_faces);

  /// Batch `number` of an endless, shuffled, augmented sequence. Call from one thread.
  SegmentationBatch training_batch(std::uint64_t number, int count);

  std::size_t validation_faces() const noexcept { return validation_faces_.size(); }
  SegmentationBatch validation_batch(std::size_t first, int count, bool masked) const;

  std::size_t validation_outlined() const noexcept { return validation_outlined_.size(); }
  SegmentationBatch validation_outlined_batch() const;

 private:
  void fill_painted(SegmentationBatch& batch, int index, std::size_t item, std::mt19937_64& engine);
  void fill_outlined(SegmentationBatch& batch, int index, const OutlinedMask& source,
                     std::mt19937_64* engine) const;

  int size_;
  std::vector<FaceRecord> faces_;
  std::vector<FaceRecord> validation_faces_;
  std::vector<OutlinedMask> outlined_;
  std::vector<OutlinedMask> validation_outlined_;
  std::vector<OutlinedMask> rendered_;
  SampleOrder order_;
  synthesis::MaskSynthesizer synthesizer_;
  synthesis::MaskSynthesizer training_synthesizer_;
};

}  // namespace demask::training

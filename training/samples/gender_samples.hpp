// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Training and validation samples of the gender classifier.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "data/face_dataset.hpp"
#include "data/image_batch.hpp"
#include "learn/training_options.hpp"
#include "samples/sample_order.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// Canonical faces and their gender.
struct GenderBatch {
  GenderBatch(int count, int size);

  ImageBatch face;                  ///< RGB.
  std::vector<std::int64_t> label;  ///< Value of Gender.
  std::vector<std::size_t> item;    ///< Index of the face in GenderSamples::faces().
};

/// The faces of a split whose gender is known. @throws Error as read_faces() does.
std::vector<FaceRecord> read_faces_of_known_gender(const std::filesystem::path& data,
                                                   const std::string& split);

/// Makes training and validation samples from faces of known gender.
class GenderSamples {
 public:
  GenderSamples(std::vector<FaceRecord> faces, const TrainingOptions& options);

  const std::vector<FaceRecord>& faces() const noexcept { return faces_; }

  /// Batch `number` of an endless, shuffled, augmented sequence; most faces have a painted mask.
  /// Call from one thread.
  GenderBatch training_batch(std::uint64_t number, int count);

  /// `count` faces from index `first` on, all with a painted mask or all bare. The face's index
  /// determines its mask.
  GenderBatch validation_batch(std::size_t first, int count, bool masked) const;

 private:
  void put(GenderBatch& batch, int index, const cv::Mat& face, std::size_t item) const;

  std::vector<FaceRecord> faces_;
  int size_;
  SampleOrder order_;
  synthesis::MaskSynthesizer synthesizer_;
};

}  // namespace demask::training

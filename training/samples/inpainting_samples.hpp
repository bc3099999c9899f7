// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Training and validation samples of the inpainters.

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <vector>

#include "augment/canonical_sampling.hpp"
#include "data/face_dataset.hpp"
#include "data/image_batch.hpp"
#include "learn/training_options.hpp"
#include "samples/sample_order.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// Faces with holes, and the true faces. All images have one size.
struct InpaintingBatch {
  InpaintingBatch(int count, int size);

  ImageBatch truth;         ///< RGB: the face that the landmarks describe.
  ImageBatch visible;       ///< RGB: `truth` with the parts of the mask visible around the hole.
  ImageBatch hole;          ///< 255 inside the hole.
  ImageBatch coverage;      ///< 255 where the photo has pixels.
  ImageBatch landmark_map;  ///< Drawn as the library does, from landmarks with errors.
  /// [N,2,3], row-major: the affine matrix (torch.nn.functional.affine_grid, align_corners false)
  /// that samples the face embedding's aligned 112 x 112 face from the canonical face.
  std::vector<float> embedding_grid;
};

/// Makes training and validation samples for the inpainter from bare faces.
class InpaintingSamples {
 public:
  InpaintingSamples(std::vector<FaceRecord> faces, const TrainingOptions& options);

  /// Batch `number` of an endless, shuffled, augmented sequence. Call from one thread.
  InpaintingBatch training_batch(std::uint64_t number, int count);

  /// `count` faces from index `first` on; the face's index determines its hole and landmark errors.
  /// @param landmark_noise The strength of with_detector_noise().
  InpaintingBatch validation_batch(std::size_t first, int count, float landmark_noise) const;

  std::size_t faces() const noexcept { return faces_.size(); }

 private:
  void fill(InpaintingBatch& batch, int index, const FaceRecord& record, float landmark_noise,
            bool augment, std::mt19937_64& engine) const;

  std::vector<FaceRecord> faces_;
  int size_;
  SampleOrder order_;
  synthesis::MaskSynthesizer synthesizer_;
};

}  // namespace demask::training

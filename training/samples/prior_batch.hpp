// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Masked faces on the prior's square.

#include <cstddef>
#include <opencv2/core.hpp>
#include <random>
#include <vector>

#include "data/image_batch.hpp"
#include "demask/geometry.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A bare face to be masked.
struct PriorFace {
  cv::Mat rgb;               ///< CV_8UC3, a photo or a generated square.
  Landmarks landmarks;       ///< 68 points, in pixels of `rgb`.
  Similarity to_unit;        ///< From `rgb` to a square of `unit_side` px.
  std::vector<float> codes;  ///< Row-major [layers, code size]; empty where they are not known.

  static constexpr int unit_side = 512;
};

/// Masked faces. All images have one size.
struct PriorBatch {
  PriorBatch() = default;
  /// @param code_values of each face; 0 where codes are not known.
  PriorBatch(int count, int size, std::size_t code_values = 0);

  ImageBatch truth;  ///< RGB: the bare face, continued by reflection where the photo ends.
  /// RGB: the same with what is seen of a mask around its hole; in the hole a guess or black.
  ImageBatch visible;
  ImageBatch hole;      ///< 255 inside the hole.
  ImageBatch unknown;   ///< In the hole, how little is known of `visible`: 255 is nothing; else 0.
  ImageBatch coverage;  ///< 255 where the photo has pixels.
  std::vector<Landmarks> landmarks;  ///< In pixels, with errors.
  ImageBatch landmark_map;           ///< As the library draws it, of `landmarks`.
  std::vector<float> codes;          ///< Row-major [count, layers, code size]; empty if not known.
  /// Row-major [count,2,3]: embedding_grid() of each face.
  std::vector<float> embedding_grid;
};

/// How much a sample varies.
struct PriorVariation {
  bool augment = true;  ///< Alignment, color, quality, and the errors of the hole's outline.
  float landmark_errors = 1.0F;  ///< The strength of with_detector_noise().
};

/// Masks a face and puts it into place `index` of a batch. Several threads may fill different
/// places.
void put_masked_face(PriorBatch& batch, int index, const PriorFace& face,
                     const PriorVariation& variation, const synthesis::MaskSynthesizer& synthesizer,
                     std::mt19937_64& engine);

}  // namespace demask::training

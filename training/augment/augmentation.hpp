// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Random augmentation of photos, points and boxes: mirroring, similarities, colors, degradation.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "synthesis/random.hpp"

namespace demask::training {

using Random = synthesis::Random;

/// Mirrors landmarks in an image `width` pixels wide; left and right points swap places.
/// @throws Error invalid_argument if points are missing.
Landmarks flip_landmarks(const Landmarks& landmarks, int width);

/// Mirrors a box in an image `width` pixels wide.
Box flip_box(const Box& box, int width);

/// Largest deviations of a random similarity.
struct SimilarityJitter {
  float shift = 0.0F;     ///< As a fraction of the side.
  float scale = 0.0F;     ///< Natural logarithm of the factor.
  float rotation = 0.0F;  ///< In radians.
};

/// A random similarity about the center of a square of `size` pixels.
Similarity random_similarity(const SimilarityJitter& jitter, int size, Random& random);

/// Randomly changes brightness, contrast, gamma, saturation and white balance. `strength` is in
/// [0, 1].
void jitter_colors(cv::Mat& rgb, float strength, Random& random);

/// Randomly degrades a photo: blur, low resolution, sensor noise and JPEG artifacts.
void degrade(cv::Mat& rgb, Random& random);

}  // namespace demask::training

#pragma once

/// @file
/// Random changes of photos, points and boxes: mirror, similarity, colors, loss of quality.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "synthesis/random.hpp"

namespace demask::training {

using Random = synthesis::Random;

/// Mirrors a set in an image of this width; left and right points change places.
/// @throws Error invalid_argument if points are missing.
Landmarks flip_landmarks(const Landmarks& landmarks, int width);

/// Mirrors a box in an image of this width.
Box flip_box(const Box& box, int width);

/// Largest deviations of a random similarity.
struct SimilarityJitter {
  float shift = 0.0F;     ///< Fraction of the side.
  float scale = 0.0F;     ///< Natural logarithm.
  float rotation = 0.0F;  ///< Radians.
};

/// A random similarity about the center of a square of `size` pixels.
Similarity random_similarity(const SimilarityJitter& jitter, int size, Random& random);

/// Random brightness, contrast, gamma, saturation and white balance. `strength` in [0, 1].
void jitter_colors(cv::Mat& rgb, float strength, Random& random);

/// Random loss of quality: blur, low resolution, sensor noise and JPEG artifacts.
void degrade(cv::Mat& rgb, Random& random);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Samples canonical faces from photos with landmarks.

#include <opencv2/core.hpp>

#include "augment/augmentation.hpp"
#include "demask/geometry.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A face photo (RGB, CV_8UC3) and its 68 landmarks.
struct AnnotatedPhoto {
  cv::Mat rgb;
  Landmarks landmarks;
};

/// A face as the networks see it: a square, with landmarks in pixels of that square.
struct CanonicalFace {
  cv::Mat rgb;       ///< CV_8UC3; black where the photo has no pixels.
  cv::Mat coverage;  ///< CV_8UC1; 255 where the photo has pixels, else 0.
  Landmarks landmarks;
  Similarity to_canonical;  ///< From the photo to the square, jitter included.
};

/// Mirrors the photo and its landmarks.
AnnotatedPhoto mirror(const AnnotatedPhoto& photo);

/// Samples the canonical face of `size` x `size` pixels. `jitter` is applied in the square after
/// alignment and simulates landmark errors.
CanonicalFace make_canonical(const AnnotatedPhoto& photo, int size, const Similarity& jitter = {});

/// Converts landmarks to the synthesizer's type. @throws Error invalid_argument unless there are
/// 68 points.
synthesis::LandmarkPoints to_synthesis(const Landmarks& landmarks);

}  // namespace demask::training

#pragma once

/// @file
/// Photos with landmarks, and their canonical faces.

#include <opencv2/core.hpp>

#include "augment/augmentation.hpp"
#include "demask/geometry.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A face photo (RGB, CV_8UC3) and its 68 points.
struct AnnotatedPhoto {
  cv::Mat rgb;
  Landmarks landmarks;
};

/// A face as the networks see it: a square, with its points in pixels of that square.
struct CanonicalFace {
  cv::Mat rgb;       ///< CV_8UC3; black where the photo has no pixels.
  cv::Mat coverage;  ///< CV_8UC1; 255 where the photo has pixels, else 0.
  Landmarks landmarks;
  Similarity to_canonical;  ///< From the photo to the square, the jitter included.
};

/// The photo and its points mirrored.
AnnotatedPhoto mirror(const AnnotatedPhoto& photo);

/// The canonical face of `size` pixels. `jitter` is applied to the square after the alignment, as
/// an error of the landmarks would.
CanonicalFace make_canonical(const AnnotatedPhoto& photo, int size, const Similarity& jitter = {});

/// The points as the synthesizer takes them. @throws Error invalid_argument unless there are 68.
synthesis::LandmarkPoints to_synthesis(const Landmarks& landmarks);

/// The points moved by a similarity.
Landmarks transform(const Landmarks& landmarks, const Similarity& similarity);

}  // namespace demask::training

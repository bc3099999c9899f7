// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Puts faces before backgrounds of strong colors, which must not color the painted skin.

#include <opencv2/core.hpp>

#include "augment/augmentation.hpp"
#include "augment/canonical_sampling.hpp"

namespace demask::training {

/// Paints `cover` (RGB, CV_8UC3) over the pixels of `rgb` where `background` (CV_8UC1) is nonzero,
/// with an edge that is soft over about two pixels.
void replace_background(cv::Mat& rgb, const cv::Mat& background, const cv::Mat& cover);

/// A picture of `size` x `size` pixels in strong random colors: plain, a gradient, or blotches of
/// two. RGB, CV_8UC3.
cv::Mat strong_colors(int size, Random& random);

/// Replaces everything but the face, up to its outline and the forehead, and the neck by
/// strong_colors(). Hair and ears are covered too, because landmarks do not tell where they end.
/// Pixels without coverage stay black.
void replace_background(CanonicalFace& face, Random& random);

}  // namespace demask::training

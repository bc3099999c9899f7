// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The hole that a worn mask leaves in a square face.

#include <opencv2/core.hpp>
#include <random>

#include "augment/canonical_sampling.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// What a painter is given of a masked face.
struct CoveredFace {
  cv::Mat rgb;   ///< CV_8UC3: the face, with what stays in sight of a mask around its hole.
  cv::Mat hole;  ///< CV_8UC1 of the same size, 255 inside.
};

/// Covers a face with a random mask and outlines it with a segmenter's errors.
/// @param augment whether masks are painted, outlines waver and straps vary; without it the hole is
///   the area of a random mask, grown by a fixed margin.
CoveredFace cover_face(const CanonicalFace& face, bool augment,
                       const synthesis::MaskSynthesizer& synthesizer, std::mt19937_64& engine);

}  // namespace demask::training

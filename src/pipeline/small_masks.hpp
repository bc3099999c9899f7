// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A second look at small faces: enlarged from few pixels, they are blurred, and a segmenter finds
/// more of their masks if they are sharpened.

#include "demask/segmenter.hpp"
#include "pipeline/call.hpp"
#include "pipeline/mask_planes.hpp"

namespace demask::pipeline {

/// Whether the canonical square shows fewer than `small_square` pixels of the photo across.
bool is_small(const Face& face);
inline constexpr double small_square = 64.0;

/// Segments the small ones among the faces again, sharpened, and gives each pixel the larger of its
/// two probabilities of showing the mask. Straps stay as they are.
/// @param planes  Of each face, found in the square as it is.
void look_again(const Segmenter& segmenter, const Faces& faces, std::vector<MaskPlanes>& planes);

/// How certain a segmenter is about a mask, in [0, 1]: the mean of |2 p - 1| over the pixels whose
/// probability p exceeds 0.1; 1 if there are none.
float certainty_of(const cv::Mat& probability);

/// Smallest certainty about the mask of a small face: below it, parts of the mask would stay.
inline constexpr float min_certainty = 0.8F;

}  // namespace demask::pipeline

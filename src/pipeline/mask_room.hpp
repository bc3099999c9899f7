// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Makes room in the canonical square for masks that extend below it.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "pipeline/mask_planes.hpp"

namespace demask::pipeline {

/// The smallest scale of a face in its canonical square; 1 is the scale of canonical_similarity().
inline constexpr double min_face_scale = 0.7;

/// Whether a probability in the square's lowest row reaches the threshold: a quick test that needs
/// no finished mask. Straps do not count.
bool reaches_lower_side(const MaskPlanes& planes, float threshold);

/// The factor by which a canonical face must be scaled around its eyes for its whole mask to fit in
/// the square, with some margin below: 1 if the mask ends within the square, else less. How far the
/// mask continues below the square is estimated from its taper.
/// @param mask CV_8UC1, 0 or not, of a canonical face.
double scale_that_fits(const cv::Mat& mask);

/// Whether a point lies within the photo.
bool lies_in(const ImageView& photo, const Point& point);

/// Whether the photo continues below the middle of the lower side of a canonical square of `side`
/// pixels.
bool goes_on_below(const ImageView& photo, const Similarity& to_canonical, int side);

}  // namespace demask::pipeline

#pragma once

/// @file
/// Room in the canonical square for masks that hang below it.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "pipeline/mask_planes.hpp"

namespace demask::pipeline {

/// The smallest scale of a face within its canonical square; 1 is that of canonical_similarity().
inline constexpr double min_face_scale = 0.7;

/// Whether some of the mask that is found at this threshold lies in the square's lowest row: a
/// quick test, before a mask is made of the probabilities. Straps do not count.
bool reaches_lower_side(const MaskPlanes& planes, float threshold);

/// The factor by which a canonical face has to be made smaller around its eyes, so that all of its
/// mask lies in the square with some margin below: 1 where the mask ends within the square, else
/// smaller. How far the mask goes on below is judged by how it tapers.
/// @param mask CV_8UC1, 0 or not, of a canonical face.
double scale_that_fits(const cv::Mat& mask);

/// Whether a point lies in the photo.
bool lies_in(const ImageView& photo, const Point& point);

/// Whether a photo has pixels below the middle of the lower side of a canonical square of `side`
/// pixels.
bool goes_on_below(const ImageView& photo, const Similarity& to_canonical, int side);

}  // namespace demask::pipeline

#pragma once

/// @file
/// Joining a painted canonical face to its photo.

#include <opencv2/core.hpp>

#include "core/workers.hpp"
#include "demask/blend.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::imaging {

/// A painted canonical face, maybe with room around it, the hole it fills, and where both lie in
/// the photo.
struct Patch {
  cv::Mat painted;          ///< RGB, CV_8UC3, square; project_hole() and touched_area() need none.
  cv::Mat hole;             ///< CV_8UC1, 0 or 255, of the same size: pixels to take from `painted`.
  Similarity to_canonical;  ///< From the photo to the painted pixels.
  int room = 0;             ///< Pixels of `painted` around the canonical face, on each side.
};

/// The part of the photo that a hole covers: 0/255, cut to its bounding rectangle; empty if it
/// covers no pixel.
MaskRegion project_hole(const Patch& patch, cv::Size photo);

/// Sets the pixels of `changed` (gray, of the photo's size) to 255 where `region` is 255.
void mark(const MaskRegion& region, Image& changed);

/// The pixels of the photo that composite() reads or writes for a region.
cv::Rect touched_area(const Patch& patch, const MaskRegion& region, cv::Size photo);

/// Writes the painted pixels into `photo` (any format; alpha is kept) where `region` is 255 and
/// nowhere else. `holes` (gray, of the photo's size) is 255 in the holes of all faces, this one
/// included: what still lies there is no reference for colour. The result does not depend on the
/// number of `workers`.
void composite(const Patch& patch, const MaskRegion& region, const Image& holes, BlendMode blend,
               const core::Workers& workers, Image& photo);

}  // namespace demask::imaging

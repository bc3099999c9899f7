// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A painted canonical face and where it lies in its photo.

#include <opencv2/core.hpp>

#include "demask/blend.hpp"
#include "demask/geometry.hpp"

namespace demask::imaging {

/// A painted canonical face, maybe with room around it, the hole it fills, and where both lie in
/// the photo.
struct Patch {
  cv::Mat painted;          ///< RGB, CV_8UC3, square; project_hole() and touched_area() need none.
  cv::Mat hole;             ///< CV_8UC1, 0 or 255, of the same size: pixels to take from `painted`.
  Similarity to_canonical;  ///< From the photo to the painted pixels.
  int room = 0;             ///< Pixels of `painted` around the canonical face, on each side.
};

/// The canonical face's side in pixels of the photo.
double side_of(const Patch& patch);

/// The part of the photo that a hole covers: 0/255, cut to its bounding rectangle; empty if it
/// covers no pixel.
MaskRegion project_hole(const Patch& patch, cv::Size photo);

/// Canonical pixels as seen through `rectangle` of the photo.
/// @param interpolation, border  OpenCV's flags of cv::warpAffine.
cv::Mat unwarp(const cv::Mat& canonical, const Similarity& to_canonical, const cv::Rect& rectangle,
               int interpolation, int border);

/// The painted pixels as seen through `rectangle` of the photo, without detail that a photo of
/// smaller scale cannot hold.
cv::Mat unwarp_painted(const Patch& patch, const cv::Rect& rectangle);

}  // namespace demask::imaging

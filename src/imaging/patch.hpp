// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A painted canonical face and where it lies in its photo.

#include <cstdint>
#include <opencv2/core.hpp>

#include "demask/blend.hpp"
#include "demask/geometry.hpp"

namespace demask::imaging {

/// A painted canonical face, with optional room around it, the hole it fills, and where both lie in
/// the photo.
struct Patch {
  cv::Mat painted;          ///< RGB, CV_8UC3, square; unused by project_hole() and touched_area().
  cv::Mat hole;             ///< CV_8UC1, of the same size: 255 where `painted` is used, else 0.
  Similarity to_canonical;  ///< From the photo to the painted pixels.
  int room = 0;             ///< Margin around the canonical face on each side, in pixels.
  /// Amount of sharpening of painted pixels that are enlarged to the photo's scale, from 0.
  double sharpening = 0.0;
  double noise = 0.0;            ///< Of the photo, in levels: painted pixels get as much.
  std::uint32_t noise_seed = 0;  ///< The noise differs between seeds.
};

/// The canonical face's side in pixels of the photo.
double side_of(const Patch& patch);

/// The photo's pixels covered by the hole: 0/255, cropped to their bounding rectangle; empty if
/// there are none.
MaskRegion project_hole(const Patch& patch, cv::Size photo);

/// Warps canonical pixels onto `rectangle` of the photo.
/// @param interpolation, border  The flags of cv::warpAffine().
cv::Mat unwarp(const cv::Mat& canonical, const Similarity& to_canonical, const cv::Rect& rectangle,
               int interpolation, int border);

/// Warps the painted pixels onto `rectangle` of the photo. If the photo has the smaller scale,
/// detail that it cannot hold is removed first.
cv::Mat unwarp_painted(const Patch& patch, const cv::Rect& rectangle);

}  // namespace demask::imaging

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Rasterizes the surface of a mask.

#include <opencv2/core.hpp>

#include "synthesis/mask_shape.hpp"

namespace demask::synthesis {

/// Draws the area that a mask covers into a CV_8UC1 image: 255 inside, edges antialiased if `soft`.
void draw_coverage(const MaskSurface& surface, bool soft, cv::Mat& canvas, cv::Point2f offset = {});

/// The surface coordinates (u, v) of each pixel of `roi`, CV_32FC2; -1 off the surface.
cv::Mat surface_coordinates(const MaskSurface& surface, const cv::Rect& roi);

}  // namespace demask::synthesis

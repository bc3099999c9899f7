#pragma once

/// @file
/// Draws the surface of a mask into images.

#include <opencv2/core.hpp>

#include "synthesis/mask_shape.hpp"

namespace demask::synthesis {

/// Draws the area covered into a CV_8UC1 image, 255 inside, edges antialiased when `soft`.
void draw_coverage(const MaskSurface& surface, bool soft, cv::Mat& canvas, cv::Point2f offset = {});

/// For each pixel of `roi` the surface coordinates (u, v), CV_32FC2; -1 where the surface is not.
cv::Mat surface_coordinates(const MaskSurface& surface, const cv::Rect& roi);

}  // namespace demask::synthesis

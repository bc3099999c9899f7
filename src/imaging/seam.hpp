// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What makes the seam between painted pixels and a photo invisible: color matching along the rim
/// of the hole, and a fade within it. All pictures have the size of one rectangle of the photo.

#include <opencv2/core.hpp>

#include "imaging/patch.hpp"

namespace demask::imaging {

/// Width of the rim around the hole in which colors are compared, as a fraction of the canonical
/// face's side.
inline constexpr double rim_width = 0.03;

/// The pixels outside the hole where colors are compared, CV_8UC1 of 0 or 255. Neither what lies
/// beyond the canonical face nor other holes are among them.
/// @param hole, all_holes  CV_8UC1, 255 in the hole of the patch and in those of all faces.
/// @param rectangle        Of the photo, that `hole` and `all_holes` show.
cv::Mat rim_of(const Patch& patch, const cv::Mat& hole, const cv::Mat& all_holes,
               const cv::Rect& rectangle);

/// Adds to the painted pixels (RGB, CV_8UC3) the difference in color that the photo has to them
/// along the rim, spread over the hole by normalized convolution (Knutsson and Westin 1993): the
/// low frequencies of a membrane interpolation. It fades to zero where the rim is far.
/// @param side  The canonical face's side in pixels of the photo.
void match_rim_color(cv::Mat& painted, const cv::Mat& original, const cv::Mat& rim, double side);

/// Weight of the painted pixels, CV_32FC1: 0 outside the hole, rising to 1 over `width` pixels
/// inside it.
cv::Mat feather_weight(const cv::Mat& hole, double width);

/// Replaces the photo's pixels (RGB, CV_8UC3) where the painted ones fade in by means of those
/// around the holes: next to a mask's outline they are tinted and ringed by sharpening and
/// compression, and would leave a thin line. Pixels too far from what is known stay.
/// @param weight  Of feather_weight(), over `width` pixels.
void clear_fading_ring(cv::Mat& original, const cv::Mat& all_holes, const cv::Mat& weight,
                       double width);

}  // namespace demask::imaging

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Hides the seam between painted pixels and a photo: matches colors along the rim of the hole and
/// fades the painted pixels in within the hole. All images show one rectangle of the photo.

#include <opencv2/core.hpp>

#include "imaging/patch.hpp"

namespace demask::imaging {

/// Width of the rim around the hole in which colors are compared, as a fraction of the canonical
/// face's side.
inline constexpr double rim_width = 0.03;

/// The pixels around the hole where colors are compared: 255, else 0 (CV_8UC1). Pixels beyond the
/// canonical face or in other holes are excluded.
/// @param hole, all_holes  CV_8UC1, 255 in the hole of the patch and in those of all faces.
/// @param rectangle        The rectangle of the photo that `hole` and `all_holes` show.
cv::Mat rim_of(const Patch& patch, const cv::Mat& hole, const cv::Mat& all_holes,
               const cv::Rect& rectangle);

/// Shifts the colors of the painted pixels (RGB, CV_8UC3) toward the photo's. The color difference
/// along the rim is spread over the hole by normalized convolution (Knutsson and Westin 1993),
/// which gives the low frequencies of a membrane interpolation. It fades to zero far from the rim.
/// @param side  The canonical face's side in pixels of the photo.
void match_rim_color(cv::Mat& painted, const cv::Mat& original, const cv::Mat& rim, double side);

/// The weight of the painted pixels, CV_32FC1: 0 outside the hole, rising to 1 over `width` pixels
/// inside it.
cv::Mat feather_weight(const cv::Mat& hole, double width);

/// Replaces the photo's pixels (RGB, CV_8UC3) under the fade by averages of the pixels around the
/// holes. Next to a mask's outline the originals are tinted, and ringed by sharpening and
/// compression, so they would show as a thin line. Pixels too far from known ones are kept.
/// @param weight  From feather_weight(), over `width` pixels.
void clear_fading_ring(cv::Mat& original, const cv::Mat& all_holes, const cv::Mat& weight,
                       double width);

}  // namespace demask::imaging

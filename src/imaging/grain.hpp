// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Gives painted pixels the grain of the photo: sensor noise that a generator does not paint.

#include <cstdint>
#include <opencv2/core.hpp>

namespace demask::imaging {

/// The standard deviation of the noise in a picture, in levels: from the median absolute response
/// to a mask that neither edges nor ramps excite (Immerkaer 1996, eq. 2, with a median instead of
/// the mean), over the pixels where `counted` is not 0. 0 if fewer than 100 pixels count.
/// @param gray     CV_8UC1.
/// @param counted  CV_8UC1, of the same size.
double noise_of(const cv::Mat& gray, const cv::Mat& counted);

/// Adds the gray noise that painted pixels lack to have the noise of their photo. It depends only
/// on `seed` and on a pixel's place in the photo. Nothing is added to a photo that looks clean.
/// @param rgb     A part of the photo, CV_8UC3.
/// @param hole    CV_8UC1: not 0 at the painted pixels.
/// @param corner  Where the part begins in the photo.
/// @param noise   The photo's noise in levels, from noise_of().
void add_grain(cv::Mat& rgb, const cv::Mat& hole, cv::Point corner, double noise,
               std::uint32_t seed);

}  // namespace demask::imaging

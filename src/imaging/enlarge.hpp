// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Enlarges what a network painted, with steeper edges if the photo is sharp.

#include <opencv2/core.hpp>

namespace demask::imaging {

/// How much detail of the known pixels is lost when the picture is reduced to a square of `size`
/// pixels: the ratio of original to remaining detail, minus 1. It is 0 if nothing is lost, as in a
/// blurred photo, and 0.5 if the original detail is 1.5 times as strong. Detail is measured as a
/// root mean square above a noise floor of a few levels, so that edges outweigh noise; stronger
/// noise counts as detail.
/// @param rgb  CV_8UC3, square, with a side larger than `size`.
/// @param known  CV_8UC1 of the size of `rgb`, nonzero for known pixels. Known pixels next to
///               unknown ones are not counted because these would blur into them; the result is 0
///               if no pixels are left.
double detail_beyond(const cv::Mat& rgb, const cv::Mat& known, int size);

/// How much a picture of `size` pixels must be sharpened when it is enlarged to match the detail of
/// the known pixels: the amount for enlarge(), from 0 to 2.
/// @param rgb, known, size  As for detail_beyond().
double sharpening_beyond(const cv::Mat& rgb, const cv::Mat& known, int size);

/// Enlarges a square picture to `side` pixels with a cubic kernel and an unsharp mask as wide as
/// its pixels. Each result is clamped between the darkest and the lightest nearby pixels, so that
/// edges become steeper without halos.
/// @param rgb  CV_8UC3.
/// @param side  In pixels, at least the side of `rgb`.
/// @param sharpening  The amount of the unsharp mask, 0 or more.
cv::Mat enlarge(const cv::Mat& rgb, int side, double sharpening);

}  // namespace demask::imaging

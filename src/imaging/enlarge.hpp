#pragma once

/// @file
/// Enlarging what a network painted, with steeper edges where the photo is sharp.

#include <opencv2/core.hpp>

namespace demask::imaging {

/// How much stronger the details of known pixels are than those left of them when the picture goes
/// through a square of `size` pixels: 0 where none are lost, as in a blurred photo, and 0.5 where
/// they are half as strong again. Details are root mean squares
/// of what exceeds noise of a few levels, so that edges outweigh it; stronger noise counts.
/// @param rgb  CV_8UC3, square, of a larger side than `size`.
/// @param known  CV_8UC1 of the same size, not 0 where pixels count. Pixels next to others do not,
///               as these would blur into them; 0 is returned if none are left.
double detail_beyond(const cv::Mat& rgb, const cv::Mat& known, int size);

/// A square picture enlarged to `side` pixels with a cubic kernel and an unsharp mask of the width
/// of its pixels, which stays between the darkest and the lightest pixels near by: edges become
/// steeper, without halos.
/// @param rgb  CV_8UC3. @param side  At least that of `rgb`.
/// @param sharpening  The amount of the unsharp mask, 0 or more.
cv::Mat enlarge(const cv::Mat& rgb, int side, double sharpening);

}  // namespace demask::imaging

#pragma once

/// @file
/// Edges of enlarged pictures, as steep as those beside them.

#include <opencv2/core.hpp>

namespace demask::imaging {

/// By how much the details of known pixels exceed those left of them when the picture goes through
/// a square of `size` pixels: 0 where none are lost, as in a blurred photo or one enlarged from
/// that size, 0.5 where they are half as strong again.
/// @param rgb  CV_8UC3, square, of a larger side than `size`.
/// @param known  CV_8UC1 of the same size, not 0 where pixels count; 0 is returned if none do.
double detail_beyond(const cv::Mat& rgb, const cv::Mat& known, int size);

/// A picture that was enlarged `factor` times, with steeper edges: an unsharp mask of the width of
/// a pixel before enlarging, kept between the darkest and the lightest value near by, so that
/// neither halos nor ripples grow.
/// @param rgb  CV_8UC3. @param factor  Above 1. @param amount  0 or more, of the unsharp mask.
cv::Mat sharpen_edges(const cv::Mat& rgb, double factor, double amount);

}  // namespace demask::imaging

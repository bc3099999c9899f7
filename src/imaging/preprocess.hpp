#pragma once

/// @file
/// What every network is shown, in one place: inference, training and evaluation all call these, so
/// that a model is never served what it was not trained on.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::imaging {

/// The square of `size` pixels that `to_square` takes the photo's pixels to: bilinear when
/// enlarging, area-averaged when shrinking, black where the photo has no pixels. RGB, CV_8UC3.
/// Only the part of the photo under the square is read and converted.
cv::Mat warp_to_square(const ImageView& photo, const Similarity& to_square, int size);

/// A map of one channel, such as a mask or probabilities, sampled as warp_to_square() samples a
/// photo. The type (CV_8UC1 or CV_32FC1) is kept.
cv::Mat warp_levels_to_square(const cv::Mat& levels, const Similarity& to_square, int size);

/// 255 where warp_to_square() reads pixels of a photo of this size, else 0. CV_8UC1.
cv::Mat warp_coverage(cv::Size photo, const Similarity& to_square, int size);

/// The similarity from the photo to the crop that landmark detectors see: a square of `size` pixels
/// around the centre of the box, turned upright by `roll`, whose side is `crop_scale` times the
/// larger side of the box.
Similarity landmark_crop(const Box& box, float roll, float crop_scale, int size);

/// A scale that fits a photo of this size into `longest_side`, and the padded size.
struct Letterbox {
  double scale = 1.0;
  cv::Size scaled;
  cv::Size padded;  ///< Sides are multiples of 32; the photo lies at the top left.
};
Letterbox letterbox(cv::Size photo, int longest_side);

/// The photo scaled by `geometry` and padded with black. RGB, CV_8UC3.
cv::Mat warp_to_letterbox(const ImageView& photo, const Letterbox& geometry);

/// The lines that join the landmarks (jaw, brows, nose, eyes, lips), drawn antialiased and as wide
/// as 1/128 of the side, on a square of `size` pixels. CV_8UC1, 255 on the line.
/// `landmarks` are in pixels of that square; both schemes are drawn as 68 points.
cv::Mat draw_landmark_map(const Landmarks& landmarks, int size);

}  // namespace demask::imaging

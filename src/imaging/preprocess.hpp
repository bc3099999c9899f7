// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Prepares the inputs of all networks. Inference, training and evaluation share these functions,
/// so that a model always gets the kind of input it was trained on.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::imaging {

/// Warps a photo by `to_square` into a square of `size` pixels: bilinear when enlarging,
/// area-averaged when shrinking, black outside the photo. RGB, CV_8UC3. Only the part of the photo
/// under the square is read and converted.
/// @param border  What lies outside the photo: a border type of OpenCV, black by default.
cv::Mat warp_to_square(const ImageView& photo, const Similarity& to_square, int size,
                       int border = cv::BORDER_CONSTANT);

/// Warps a single-channel map, such as a mask or probabilities, as warp_to_square() warps a photo.
/// The type (CV_8UC1 or CV_32FC1) is kept.
cv::Mat warp_levels_to_square(const cv::Mat& levels, const Similarity& to_square, int size);

/// The pixels of the square that warp_to_square() fills from a photo of this size: 255, else 0.
/// CV_8UC1.
cv::Mat warp_coverage(cv::Size photo, const Similarity& to_square, int size);

/// The similarity from the photo to the crop that a landmark detector takes: a square of `size`
/// pixels around the center of the box, turned upright by `roll`, whose side in the photo is
/// `crop_scale` times the larger side of the box.
Similarity landmark_crop(const Box& box, float roll, float crop_scale, int size);

/// The scale that fits a photo of a given size into `longest_side` pixels, and the padded size.
struct Letterbox {
  double scale = 1.0;
  cv::Size scaled;
  cv::Size padded;  ///< Sides are multiples of 32; the photo is at the top left.
};
Letterbox letterbox(cv::Size photo, int longest_side);

/// The photo scaled by `geometry` and padded with black. RGB, CV_8UC3.
cv::Mat warp_to_letterbox(const ImageView& photo, const Letterbox& geometry);

/// Draws the lines that join the landmarks (jaw, brows, nose, eyes, lips) on a square of `size`
/// pixels, antialiased and 1/128 of the side wide. CV_8UC1, 255 on the line. `landmarks` are in
/// pixels of that square; both schemes are drawn as 68 points.
cv::Mat draw_landmark_map(const Landmarks& landmarks, int size);

}  // namespace demask::imaging

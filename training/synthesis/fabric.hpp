// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Paints the fabric of procedural masks: color, print and folds.

#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "synthesis/mask_shape.hpp"
#include "synthesis/random.hpp"

namespace demask::synthesis {

/// A flat mask in surface coordinates: columns are u, rows are v.
struct Fabric {
  cv::Mat color;     ///< CV_8UC3, RGB, including print and relief shading.
  cv::Scalar strap;  ///< Color of the straps, RGB.
};

/// Paints a mask of the given cut.
///
/// @param size of the flat mask in pixels, about its size in the photo.
/// @param light direction in the image plane that the light comes from, length 0 ... 1.
/// @param cloths photographed fabrics (CV_8UC3, RGB) to use in addition to drawn patterns.
/// @param hem RGB color of a hem made of another fabric; none for a mask of one fabric.
Fabric paint_fabric(Cut cut, cv::Size size, cv::Point2f light, const std::vector<cv::Mat>& cloths,
                    const std::optional<cv::Scalar>& hem, Random& random);

/// RGB color of a plain mask, drawn with the frequencies seen in photos.
cv::Scalar random_mask_color(Cut cut, Random& random);

/// RGB color of a hem: any mask color, and often one close to the skin, hair or clothes around the
/// mask, so that only its position shows that it belongs to the mask.
///
/// @param rgb CV_8UC3, the photo.
/// @param mask CV_8UC1 of the same size, not 0 on the mask.
cv::Scalar random_hem_color(const cv::Mat& rgb, const cv::Mat& mask, Random& random);

/// Draws a random pattern over a canvas already filled with its base color.
void draw_print(cv::Mat& canvas, Random& random);

/// Fills the canvas with a random piece of a photographed fabric.
void lay_cloth(const cv::Mat& cloth, cv::Mat& canvas, Random& random);

}  // namespace demask::synthesis

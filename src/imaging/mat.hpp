// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Bridges between demask images and OpenCV matrices.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::imaging {

/// A matrix over the pixels of a view, without a copy. Do not write to it.
cv::Mat as_mat(const ImageView& view);

/// A matrix over the pixels of an image, without a copy.
cv::Mat as_mat(Image& image);

/// A view over an 8-bit matrix of 1, 3 or 4 channels. @throws Error invalid_argument for others.
ImageView as_view(const cv::Mat& mat, PixelFormat format);

/// Copies the pixels of a matrix into an image.
Image to_image(const cv::Mat& mat, PixelFormat format);

/// The RGB or gray pixels of a view as a matrix; shared with the view if it already has that
/// format.
cv::Mat to_rgb(const ImageView& view);
cv::Mat to_gray(const ImageView& view);

/// The 2 x 3 matrix of a similarity, CV_64F.
cv::Mat as_mat(const Similarity& similarity);

}  // namespace demask::imaging

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Opt-in header: views between demask images and OpenCV matrices. Nothing is copied, so the pixels
/// must outlive the view; temporary Images are rejected.

#include <cstdint>
#include <opencv2/core.hpp>

#include "demask/error.hpp"
#include "demask/image.hpp"

namespace demask {

/// A matrix (CV_8UC1, CV_8UC3 or CV_8UC4) over the pixels of a view, in the channel order of its
/// format. Do not write to it.
/// @throws Error invalid_argument for a format outside the enum.
[[nodiscard]] inline cv::Mat as_mat(const ImageView& view) {
  return cv::Mat(view.height, view.width, CV_8UC(channels(view.format)),
                 const_cast<std::uint8_t*>(view.data), static_cast<std::size_t>(view.row_stride()));
}

/// A writable matrix over the pixels of an image.
[[nodiscard]] inline cv::Mat as_mat(Image& image) {
  return cv::Mat(image.height(), image.width(), CV_8UC(channels(image.format())), image.data(),
                 static_cast<std::size_t>(image.stride()));
}

/// A view over an 8-bit matrix with as many channels as `format`. OpenCV's own order is bgr. The
/// pixels must outlive the view. Matrices share pixels, so a temporary such as `frame(region)` may
/// be passed while `frame` holds them, but not one that owns its pixels, such as `frame.clone()`.
/// @throws Error invalid_argument if the matrix is not 8-bit or its number of channels differs.
[[nodiscard]] inline ImageView as_view(const cv::Mat& mat, PixelFormat format) {
  if (mat.dims > 2 || mat.type() != CV_8UC(channels(format))) {
    throw Error(ErrorCode::invalid_argument,
                "matrix: its type is not 8-bit with the channels of the format; convert it first");
  }
  return {mat.data, mat.cols, mat.rows, static_cast<std::ptrdiff_t>(mat.step[0]), format};
}

}  // namespace demask

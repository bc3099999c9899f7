// SPDX-License-Identifier: Apache-2.0
#include "imaging/mat.hpp"

#include <opencv2/imgproc.hpp>

#include "demask/error.hpp"

namespace demask::imaging {
namespace {

int mat_type(PixelFormat format) { return CV_MAKETYPE(CV_8U, channels(format)); }

}  // namespace

cv::Mat as_mat(const ImageView& view) {
  // OpenCV has no matrix of const pixels; callers only read.
  auto* pixels =
      const_cast<std::uint8_t*>(view.data);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  return {view.height, view.width, mat_type(view.format), pixels,
          static_cast<std::size_t>(view.row_stride())};
}

cv::Mat as_mat(Image& image) {
  return {image.height(), image.width(), mat_type(image.format()), image.data()};
}

ImageView as_view(const cv::Mat& mat, PixelFormat format) {
  if (mat.type() != mat_type(format)) {
    throw Error(ErrorCode::invalid_argument,
                "matrix: its type is not 8-bit with the channels of the pixel format; convert it");
  }
  return {mat.data, mat.cols, mat.rows, static_cast<std::ptrdiff_t>(mat.step[0]), format};
}

Image to_image(const cv::Mat& mat, PixelFormat format) { return Image(as_view(mat, format)); }

cv::Mat to_rgb(const ImageView& view) {
  cv::Mat pixels = as_mat(view);
  cv::Mat rgb;
  switch (view.format) {
    case PixelFormat::rgb:
      return pixels;
    case PixelFormat::gray:
      cv::cvtColor(pixels, rgb, cv::COLOR_GRAY2RGB);
      break;
    case PixelFormat::bgr:
      cv::cvtColor(pixels, rgb, cv::COLOR_BGR2RGB);
      break;
    case PixelFormat::rgba:
      cv::cvtColor(pixels, rgb, cv::COLOR_RGBA2RGB);
      break;
    case PixelFormat::bgra:
      cv::cvtColor(pixels, rgb, cv::COLOR_BGRA2RGB);
      break;
  }
  return rgb;
}

cv::Mat to_gray(const ImageView& view) {
  if (view.format == PixelFormat::gray) {
    return as_mat(view);
  }
  cv::Mat gray;
  cv::cvtColor(to_rgb(view), gray, cv::COLOR_RGB2GRAY);
  return gray;
}

cv::Mat as_mat(const Similarity& similarity) {
  const std::array<double, 6> values = similarity.matrix();
  return cv::Mat(2, 3, CV_64F, const_cast<double*>(values.data())).clone();
}

}  // namespace demask::imaging

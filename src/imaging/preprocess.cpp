// SPDX-License-Identifier: Apache-2.0
#include "imaging/preprocess.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/checks.hpp"
#include "demask/error.hpp"
#include "imaging/mat.hpp"

namespace demask::imaging {
namespace {

constexpr int letterbox_multiple = 32;

// The rectangle of the photo under the square, plus one pixel on each side for interpolation.
cv::Rect source_rectangle(cv::Size photo, const Similarity& to_square, int size, int margin) {
  const Similarity to_photo = to_square.inverse();
  const auto far = static_cast<float>(size - 1);
  const Box box = bounding_box(
      {to_photo({0, 0}), to_photo({far, 0}), to_photo({0, far}), to_photo({far, far})});
  // NaN becomes 0.
  const auto clamp = [](float value, int limit) {
    return value > 0.0F ? static_cast<int>(std::min(value, static_cast<float>(limit))) : 0;
  };
  const auto border = static_cast<float>(margin);
  const int left = clamp(std::floor(box.x) - border, photo.width);
  const int top = clamp(std::floor(box.y) - border, photo.height);
  const int right = clamp(std::ceil(box.right()) + border + 1.0F, photo.width);
  const int bottom = clamp(std::ceil(box.bottom()) + border + 1.0F, photo.height);
  return {left, top, std::max(0, right - left), std::max(0, bottom - top)};
}

ImageView sub_view(const ImageView& photo, const cv::Rect& rectangle) {
  ImageView view = photo;
  view.stride = photo.row_stride();
  view.data = photo.row(rectangle.y) + std::ptrdiff_t{rectangle.x} * channels(photo.format);
  view.width = rectangle.width;
  view.height = rectangle.height;
  return view;
}

// Bilinear sampling skips pixels when a photo is shrunk by more than a factor of two, so the photo
// is first shrunk by integer factors with area averages.
int shrink_factor(double scale) {
  constexpr double largest = 1 << 20;
  return static_cast<int>(std::clamp(std::floor(0.75 / scale), 1.0, largest));
}

// Warps `source`, whose top left pixel lies at `origin` in the photo, by `to_square`.
cv::Mat sample(const cv::Mat& source, cv::Point origin, const Similarity& to_square, int factor,
               int size, int border) {
  cv::Mat pixels = source;
  cv::Mat from_source = as_mat(to_square * Similarity(1.0, 0.0, origin.x, origin.y));
  if (factor > 1) {
    const cv::Size target((source.cols + factor - 1) / factor, (source.rows + factor - 1) / factor);
    cv::Mat shrunk;
    cv::resize(source, shrunk, target, 0.0, 0.0, cv::INTER_AREA);
    // Pixel i of the shrunk image is the mean of a run centered at (i + 1/2) * step - 1/2.
    const double step_x = static_cast<double>(source.cols) / target.width;
    const double step_y = static_cast<double>(source.rows) / target.height;
    from_source.col(2) += from_source.col(0) * ((step_x - 1.0) / 2.0);
    from_source.col(2) += from_source.col(1) * ((step_y - 1.0) / 2.0);
    from_source.col(0) *= step_x;
    from_source.col(1) *= step_y;
    pixels = shrunk;
  }
  cv::Mat result;
  cv::warpAffine(pixels, result, from_source, {size, size}, cv::INTER_LINEAR, border,
                 cv::Scalar::all(0));
  return result;
}

// Shrinks by area averages. Halving is the fast case of cv::resize(); if the size divides evenly,
// means of means equal the direct means.
cv::Mat shrink(const cv::Mat& photo, cv::Size target) {
  cv::Mat pixels = photo;
  while (pixels.cols % (2 * target.width) == 0 && pixels.rows % (2 * target.height) == 0) {
    cv::Mat half;
    cv::resize(pixels, half, pixels.size() / 2, 0.0, 0.0, cv::INTER_AREA);
    pixels = half;
  }
  cv::Mat result;
  cv::resize(pixels, result, target, 0.0, 0.0, cv::INTER_AREA);
  return result;
}

}  // namespace

cv::Mat warp_to_square(const ImageView& photo, const Similarity& to_square, int size, int border) {
  const int factor = shrink_factor(to_square.scale());
  const cv::Rect source =
      source_rectangle({photo.width, photo.height}, to_square, size, 2 * factor);
  if (source.empty()) {
    return cv::Mat::zeros(size, size, CV_8UC3);
  }
  return sample(to_rgb(sub_view(photo, source)), source.tl(), to_square, factor, size, border);
}

cv::Mat warp_levels_to_square(const cv::Mat& levels, const Similarity& to_square, int size) {
  const int factor = shrink_factor(to_square.scale());
  const cv::Rect source = source_rectangle(levels.size(), to_square, size, 2 * factor);
  if (source.empty()) {
    return cv::Mat::zeros(size, size, levels.type());
  }
  return sample(levels(source), source.tl(), to_square, factor, size, cv::BORDER_CONSTANT);
}

cv::Mat warp_coverage(cv::Size photo, const Similarity& to_square, int size) {
  cv::Mat coverage = cv::Mat::zeros(size, size, CV_8UC1);
  const auto right = static_cast<float>(photo.width - 1);
  const auto bottom = static_cast<float>(photo.height - 1);
  constexpr int fraction_bits = 4;
  std::vector<cv::Point> corners;
  for (const Point corner :
       {Point{0, 0}, Point{right, 0}, Point{right, bottom}, Point{0, bottom}}) {
    const Point p = to_square(corner);
    corners.emplace_back(cvRound(p.x * (1 << fraction_bits)), cvRound(p.y * (1 << fraction_bits)));
  }
  cv::fillConvexPoly(coverage, corners, cv::Scalar(255), cv::LINE_8, fraction_bits);
  return coverage;
}

Similarity landmark_crop(const Box& box, float roll, float crop_scale, int size) {
  const double side = static_cast<double>(std::max(box.width, box.height)) * crop_scale;
  if (!(side > 0.0) || !std::isfinite(side) || !core::is_finite(box) || !std::isfinite(roll)) {
    throw Error(ErrorCode::invalid_argument,
                "face box: it is empty or not finite; pass a box with a positive size");
  }
  const double scale = size / side;
  const double a = scale * std::cos(-static_cast<double>(roll));
  const double b = scale * std::sin(-static_cast<double>(roll));
  const double x = box.x + box.width / 2.0F;
  const double y = box.y + box.height / 2.0F;
  const double middle = (size - 1) / 2.0;
  return {a, b, middle - (a * x - b * y), middle - (b * x + a * y)};
}

Letterbox letterbox(cv::Size photo, int longest_side) {
  constexpr double max_enlargement = 2.0;
  Letterbox result;
  result.scale = std::min(max_enlargement,
                          static_cast<double>(longest_side) / std::max(photo.width, photo.height));
  result.scaled = {std::max(1, cvRound(photo.width * result.scale)),
                   std::max(1, cvRound(photo.height * result.scale))};
  const auto padded = [](int side) {
    return (side + letterbox_multiple - 1) / letterbox_multiple * letterbox_multiple;
  };
  result.padded = {padded(result.scaled.width), padded(result.scaled.height)};
  return result;
}

cv::Mat warp_to_letterbox(const ImageView& photo, const Letterbox& geometry) {
  cv::Mat padded = cv::Mat::zeros(geometry.padded, CV_8UC3);
  cv::Mat target = padded(cv::Rect({0, 0}, geometry.scaled));
  // Scaling comes first, so that only the few pixels of the result are converted to RGB.
  cv::Mat scaled;
  if (geometry.scale < 1.0) {
    scaled = shrink(as_mat(photo), geometry.scaled);
  } else {
    cv::resize(as_mat(photo), scaled, geometry.scaled, 0.0, 0.0, cv::INTER_LINEAR);
  }
  to_rgb(as_view(scaled, photo.format)).copyTo(target);
  return padded;
}

cv::Mat draw_landmark_map(const Landmarks& landmarks, int size) {
  const Landmarks face = to_ibug68(landmarks);
  cv::Mat map = cv::Mat::zeros(size, size, CV_8UC1);
  const int thickness = std::max(1, cvRound(size / 128.0));
  constexpr int fraction_bits = 4;
  // Clamps points far outside the square, because OpenCV's fixed-point line drawing would overflow
  // on them. Their lines do not touch the square in either case.
  const auto limit = static_cast<float>(4 * size);
  for (const LandmarkStroke& stroke : ibug68_strokes) {
    std::vector<cv::Point> line;
    for (int i = stroke.first; i <= stroke.last; ++i) {
      const Point p = face.points[static_cast<std::size_t>(i)];
      line.emplace_back(cvRound(std::clamp(p.x, -limit, limit) * (1 << fraction_bits)),
                        cvRound(std::clamp(p.y, -limit, limit) * (1 << fraction_bits)));
    }
    cv::polylines(map, line, stroke.closed, cv::Scalar(255), thickness, cv::LINE_AA, fraction_bits);
  }
  return map;
}

}  // namespace demask::imaging

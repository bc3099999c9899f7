// SPDX-License-Identifier: Apache-2.0
#include "imaging/enlarge.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace demask::imaging {
namespace {

// Standard deviation of the unsharp mask's Gaussian, in pixels of the smaller picture.
constexpr double unsharp_sigma = 0.75;
// Sharpening and measuring stop at this factor; larger factors would show nothing more.
constexpr int max_factor = 4;
// In levels; smaller differences may be noise or rounding.
constexpr double noise = 4.0;
constexpr double min_detail = 0.5;
// Enlarged pixels are sharpened only where detail_beyond() exceeds this.
constexpr double unseen_detail = 0.25;
// Sharpening per unit of detail above that, and the maximum.
constexpr double sharpening_per_detail = 5.0;
constexpr double max_sharpening = 2.0;

cv::Mat smoothed(const cv::Mat& picture, double factor) {
  const double sigma = unsharp_sigma * factor;
  const int side = 2 * cvCeil(3.0 * sigma) + 1;
  cv::Mat result;
  cv::GaussianBlur(picture, result, {side, side}, sigma, sigma, cv::BORDER_REPLICATE);
  return result;
}

// The root mean square of the detail that the unsharp mask would amplify, in levels above `noise`,
// so that 8 bits are enough.
double detail_of(const cv::Mat& gray, const cv::Mat& known, double factor) {
  cv::Mat detail;
  cv::absdiff(gray, smoothed(gray, factor), detail);
  cv::subtract(detail, noise, detail);
  return std::sqrt(cv::norm(detail, cv::NORM_L2SQR, known) / std::max(cv::countNonZero(known), 1));
}

}  // namespace

double detail_beyond(const cv::Mat& rgb, const cv::Mat& known, int size) {
  const int side = std::min(rgb.cols, max_factor * size);
  const double factor = static_cast<double>(side) / size;
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  cv::Mat counted = known != 0;
  if (side != rgb.cols) {
    cv::resize(gray, gray, {side, side}, 0.0, 0.0, cv::INTER_AREA);
    cv::resize(counted, counted, gray.size(), 0.0, 0.0, cv::INTER_NEAREST);
  }
  const int reach = 2 * cvCeil(2.0 * factor) + 1;
  cv::erode(counted, counted, cv::getStructuringElement(cv::MORPH_RECT, {reach, reach}));
  cv::Mat passed;
  cv::resize(gray, passed, {size, size}, 0.0, 0.0, cv::INTER_AREA);
  cv::resize(passed, passed, gray.size(), 0.0, 0.0, cv::INTER_CUBIC);
  const double left = detail_of(passed, counted, factor);
  const double all = detail_of(gray, counted, factor);
  return std::max(0.0, (all - left) / std::max(left, min_detail));
}

double sharpening_beyond(const cv::Mat& rgb, const cv::Mat& known, int size) {
  const double seen = detail_beyond(rgb, known, size) - unseen_detail;
  return std::clamp(seen * sharpening_per_detail, 0.0, max_sharpening);
}

cv::Mat enlarge(const cv::Mat& rgb, int side, double sharpening) {
  const int sharpened_side = std::min(side, max_factor * rgb.cols);
  const cv::Size size(sharpened_side, sharpened_side);
  const double factor = static_cast<double>(sharpened_side) / rgb.cols;
  cv::Mat result;
  cv::resize(rgb, result, size, 0.0, 0.0, cv::INTER_CUBIC);
  if (sharpening > 0.0) {
    cv::addWeighted(result, 1.0 + sharpening, smoothed(result, factor), -sharpening, 0.0, result);
  }
  // A bilinear kernel does not overshoot.
  const int reach = 2 * cvRound(factor) + 1;
  const cv::Mat nearby = cv::getStructuringElement(cv::MORPH_RECT, {reach, reach});
  cv::Mat between;
  cv::resize(rgb, between, size, 0.0, 0.0, cv::INTER_LINEAR);
  cv::Mat limit;
  cv::erode(between, limit, nearby);
  cv::max(result, limit, result);
  cv::dilate(between, limit, nearby);
  cv::min(result, limit, result);
  if (sharpened_side != side) {
    cv::resize(result, result, {side, side}, 0.0, 0.0, cv::INTER_CUBIC);
  }
  return result;
}

}  // namespace demask::imaging

// SPDX-License-Identifier: Apache-2.0
#include "metrics/detail.hpp"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "demask/error.hpp"

namespace demask::training {
namespace {

constexpr double sigma = 1.0;
// The Gaussian reaches three sigma, the Laplacian one pixel more.
constexpr int reach = 4;

}  // namespace

std::optional<double> detail_energy(const cv::Mat& rgb, const cv::Mat& mask) {
  if (rgb.type() != CV_8UC3 || mask.type() != CV_8UC1 || rgb.size() != mask.size()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("detail: an image of {} x {} with {} channels and a mask of {} x {}; "
                            "give an 8-bit RGB image and a gray mask of its size",
                            rgb.cols, rgb.rows, rgb.channels(), mask.cols, mask.rows));
  }
  cv::Mat inner;
  const cv::Mat brush = cv::getStructuringElement(cv::MORPH_RECT, {2 * reach + 1, 2 * reach + 1});
  // The photo's border counts as the mask's border.
  cv::erode(mask != 0, inner, brush, {-1, -1}, 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  const int pixels = cv::countNonZero(inner);
  if (pixels == 0) {
    return std::nullopt;
  }
  cv::Mat luma;
  cv::cvtColor(rgb, luma, cv::COLOR_RGB2GRAY);
  luma.convertTo(luma, CV_32F);
  cv::GaussianBlur(luma, luma, {2 * reach - 1, 2 * reach - 1}, sigma);
  cv::Laplacian(luma, luma, CV_32F);
  return cv::norm(luma, cv::NORM_L2SQR, inner) / pixels;
}

std::optional<double> detail_ratio(const cv::Mat& rgb, const cv::Mat& truth, const cv::Mat& mask) {
  const std::optional<double> energy = detail_energy(rgb, mask);
  const std::optional<double> true_energy = detail_energy(truth, mask);
  if (!energy || !true_energy || *true_energy <= 0.0) {
    return std::nullopt;
  }
  return std::sqrt(*energy / *true_energy);
}

}  // namespace demask::training

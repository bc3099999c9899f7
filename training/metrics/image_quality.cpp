// SPDX-License-Identifier: Apache-2.0
#include "metrics/image_quality.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <opencv2/quality/qualityssim.hpp>

#include "demask/error.hpp"

namespace demask::training {
namespace {

constexpr double peak = 255.0;

void check_pair(const cv::Mat& image, const cv::Mat& truth, const cv::Mat& mask) {
  if (image.empty() || image.size() != truth.size() || image.type() != truth.type() ||
      image.depth() != CV_8U) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("images: {} x {} with {} channels and {} x {} with {} channels cannot "
                            "be compared; give two 8-bit images of the same size and type",
                            image.cols, image.rows, image.channels(), truth.cols, truth.rows,
                            truth.channels()));
  }
  if (mask.empty()) {
    return;
  }
  if (mask.size() != image.size() || mask.type() != CV_8UC1) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("mask: {} x {} with {} channels does not fit images of {} x {}; give a "
                            "gray image of their size",
                            mask.cols, mask.rows, mask.channels(), image.cols, image.rows));
  }
  if (cv::countNonZero(mask) == 0) {
    throw Error(ErrorCode::invalid_argument, "mask: selects no pixel; draw it in white");
  }
}

}  // namespace

double mean_squared_error(const cv::Mat& image, const cv::Mat& truth, const cv::Mat& mask) {
  check_pair(image, truth, mask);
  const double squares = mask.empty() ? cv::norm(image, truth, cv::NORM_L2SQR)
                                      : cv::norm(image, truth, cv::NORM_L2SQR, mask);
  const double pixels = mask.empty() ? static_cast<double>(image.total())
                                     : static_cast<double>(cv::countNonZero(mask));
  return squares / (pixels * image.channels());
}

double to_psnr(double mean_squared_error) {
  if (mean_squared_error <= 0.0) {
    return std::numeric_limits<double>::infinity();
  }
  return 10.0 * std::log10(peak * peak / mean_squared_error);
}

double psnr(const cv::Mat& image, const cv::Mat& truth, const cv::Mat& mask) {
  return to_psnr(mean_squared_error(image, truth, mask));
}

double ssim(const cv::Mat& image, const cv::Mat& truth, const cv::Mat& mask) {
  check_pair(image, truth, mask);
  cv::Mat similarity;
  cv::quality::QualitySSIM::compute(truth, image, similarity);
  const cv::Scalar mean = mask.empty() ? cv::mean(similarity) : cv::mean(similarity, mask);
  double sum = 0.0;
  for (int c = 0; c < image.channels(); ++c) {
    sum += mean[c];
  }
  return sum / image.channels();
}

double mask_iou(const cv::Mat& mask, const cv::Mat& truth) {
  check_pair(mask, truth, {});
  const cv::Mat in_mask = mask > 0;
  const cv::Mat in_truth = truth > 0;
  const int either = cv::countNonZero(in_mask | in_truth);
  return either == 0 ? 1.0 : static_cast<double>(cv::countNonZero(in_mask & in_truth)) / either;
}

}  // namespace demask::training

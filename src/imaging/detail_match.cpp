// SPDX-License-Identifier: Apache-2.0
#include "imaging/detail_match.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace demask::imaging {
namespace {

// The band of detail that is measured.
constexpr double detail_sigma = 1.0;
// Smallest share of the picture that must be visible for a comparison.
constexpr double min_visible = 0.02;
// Differences of detail up to this ratio are left: the two pictures do not show the same hairs.
constexpr double tolerance = 1.1;
// In pixels; a picture blurred further holds no detail to match.
constexpr double max_blur = 4.0;
// Largest amount of the unsharp mask; more would show rings along edges.
constexpr double max_sharpening = 1.0;
constexpr int bisections = 7;
// Detail of less than this, in levels, is noise.
constexpr double min_detail = 0.25;

cv::Mat gray_of(const cv::Mat& rgb) {
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  return gray;
}

cv::Mat blurred(const cv::Mat& picture, double sigma) {
  cv::Mat result;
  cv::GaussianBlur(picture, result, {0, 0}, sigma, sigma, cv::BORDER_REPLICATE);
  return result;
}

// For `change` below 0 the picture blurred by that many pixels, above 0 sharpened by that amount.
cv::Mat changed(const cv::Mat& picture, double change) {
  if (change < 0.0) {
    return blurred(picture, -change);
  }
  cv::Mat result;
  cv::addWeighted(picture, 1.0 + change, blurred(picture, detail_sigma), -change, 0.0, result);
  return result;
}

}  // namespace

double fine_detail(const cv::Mat& gray, const cv::Mat& counted) {
  const int pixels = cv::countNonZero(counted);
  if (pixels == 0) {
    return 0.0;
  }
  cv::Mat smooth;
  gray.convertTo(smooth, CV_32F);
  cv::Mat laplacian;
  cv::Laplacian(blurred(smooth, detail_sigma), laplacian, CV_32F, 1, 1.0, 0.0,
                cv::BORDER_REPLICATE);
  return std::sqrt(cv::norm(laplacian, cv::NORM_L2SQR, counted) / pixels);
}

cv::Mat match_detail(const cv::Mat& generated, const cv::Mat& photo, const cv::Mat& visible) {
  // The Laplacian at the hole's rim sees pixels of the hole.
  cv::Mat counted;
  cv::erode(visible, counted, cv::getStructuringElement(cv::MORPH_RECT, {9, 9}));
  if (cv::countNonZero(counted) < min_visible * static_cast<double>(counted.total())) {
    return generated;
  }
  const cv::Mat gray = gray_of(generated);
  const double wanted = std::max(fine_detail(gray_of(photo), counted), min_detail);
  const double found = std::max(fine_detail(gray, counted), min_detail);
  if (wanted <= tolerance * found && found <= tolerance * wanted) {
    return generated;
  }
  // Blurring takes detail away and sharpening adds to it, so that detail rises with the change.
  double less = found > wanted ? -max_blur : 0.0;
  double more = found > wanted ? 0.0 : max_sharpening;
  for (int i = 0; i < bisections; ++i) {
    const double middle = 0.5 * (less + more);
    (fine_detail(changed(gray, middle), counted) < wanted ? less : more) = middle;
  }
  return changed(generated, 0.5 * (less + more));
}

}  // namespace demask::imaging

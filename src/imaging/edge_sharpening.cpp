#include "imaging/edge_sharpening.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace demask::imaging {
namespace {

// Standard deviation of the unsharp mask's Gaussian, in pixels before enlarging.
constexpr double unsharp_sigma = 0.75;

cv::Mat smoothed(const cv::Mat& rgb, double factor) {
  const double sigma = unsharp_sigma * factor;
  cv::Mat result;
  cv::GaussianBlur(rgb, result, {0, 0}, sigma, sigma, cv::BORDER_REPLICATE);
  return result;
}

// Mean strength of what the unsharp mask takes for detail, in levels.
double detail_of(const cv::Mat& rgb, const cv::Mat& known, double factor) {
  cv::Mat detail;
  cv::absdiff(rgb, smoothed(rgb, factor), detail);
  const cv::Scalar means = cv::mean(detail, known);
  return means[0] + means[1] + means[2];
}

}  // namespace

double detail_beyond(const cv::Mat& rgb, const cv::Mat& known, int size) {
  const double factor = static_cast<double>(rgb.cols) / size;
  cv::Mat passed;
  cv::resize(rgb, passed, {size, size}, 0.0, 0.0, cv::INTER_AREA);
  cv::resize(passed, passed, rgb.size(), 0.0, 0.0, cv::INTER_CUBIC);
  const double left = detail_of(passed, known, factor);
  return left > 0.0 ? std::max(0.0, detail_of(rgb, known, factor) / left - 1.0) : 0.0;
}

cv::Mat sharpen_edges(const cv::Mat& rgb, double factor, double amount) {
  cv::Mat sharp;
  cv::addWeighted(rgb, 1.0 + amount, smoothed(rgb, factor), -amount, 0.0, sharp);
  const int side = 2 * cvRound(factor) + 1;
  const cv::Mat near = cv::getStructuringElement(cv::MORPH_RECT, {side, side});
  cv::Mat limit;
  cv::erode(rgb, limit, near);
  cv::max(sharp, limit, sharp);
  cv::dilate(rgb, limit, near);
  cv::min(sharp, limit, sharp);
  return sharp;
}

}  // namespace demask::imaging

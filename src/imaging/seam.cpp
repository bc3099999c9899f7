// SPDX-License-Identifier: Apache-2.0
#include "imaging/seam.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>

namespace demask::imaging {
namespace {

// How far a color difference at the rim reaches into the hole, as a fraction of the canonical
// face's side.
constexpr double match_reach = 0.08;

// Smoothed sums over square cells: colors in the first three channels and the number of pixels in
// the fourth, all as fractions of a cell. A wide Gaussian is fast on cells and would have blurred
// any detail they lose.
struct CellSums {
  cv::Mat sums;  // CV_32FC4
  int factor;    // side of a cell in pixels
};

constexpr float min_weight = 1e-3F;  // smallest pixel count with a usable mean

// Sums `color_of(y, x)` over the pixels where `counts(y, x)` is true, and smooths the sums with a
// Gaussian. Its `sigma`, in pixels, equals `cells_of_sigma` cells.
template <typename Color, typename Counts>
CellSums smooth_over_cells(cv::Size size, double sigma, double cells_of_sigma, Color color_of,
                           Counts counts) {
  const int factor = std::max(1, static_cast<int>(sigma / cells_of_sigma));
  const cv::Size cells((size.width + factor - 1) / factor, (size.height + factor - 1) / factor);
  CellSums result{cv::Mat::zeros(cells, CV_32FC4), factor};
  const float share = 1.0F / static_cast<float>(factor * factor);
  for (int y = 0; y < size.height; ++y) {
    auto* sum = result.sums.ptr<cv::Vec4f>(y / factor);
    for (int x = 0; x < size.width; ++x) {
      if (counts(y, x)) {
        const cv::Vec3f color = color_of(y, x) * share;
        sum[x / factor] += cv::Vec4f(color[0], color[1], color[2], share);
      }
    }
  }
  cv::GaussianBlur(result.sums, result.sums, {0, 0}, sigma / factor, sigma / factor,
                   cv::BORDER_ISOLATED);
  return result;
}

// The sums at a pixel, interpolated between the four nearest cells.
cv::Vec4f sums_at(const CellSums& cells, int y, int x) {
  const auto place_of = [&cells](int pixel, int count) {
    const float place =
        (static_cast<float>(pixel) + 0.5F) / static_cast<float>(cells.factor) - 0.5F;
    return std::clamp(place, 0.0F, static_cast<float>(count - 1));
  };
  const float column = place_of(x, cells.sums.cols);
  const float row = place_of(y, cells.sums.rows);
  const int left = static_cast<int>(column);
  const int top = static_cast<int>(row);
  const int right = std::min(left + 1, cells.sums.cols - 1);
  const int bottom = std::min(top + 1, cells.sums.rows - 1);
  const float across = column - static_cast<float>(left);
  const float down = row - static_cast<float>(top);
  const auto* above = cells.sums.ptr<cv::Vec4f>(top);
  const auto* below = cells.sums.ptr<cv::Vec4f>(bottom);
  return (above[left] * (1.0F - across) + above[right] * across) * (1.0F - down) +
         (below[left] * (1.0F - across) + below[right] * across) * down;
}

}  // namespace

cv::Mat rim_of(const Patch& patch, const cv::Mat& hole, const cv::Mat& all_holes,
               const cv::Rect& rectangle) {
  cv::Mat distance;
  cv::distanceTransform(hole == 0, distance, cv::DIST_L2, cv::DIST_MASK_3);
  const cv::Mat inside(patch.painted.size(), CV_8UC1, cv::Scalar(255));
  cv::Mat rim =
      unwarp(inside, patch.to_canonical, rectangle, cv::INTER_NEAREST, cv::BORDER_CONSTANT);
  rim.setTo(0, distance > std::max(1.0, rim_width * side_of(patch)));
  rim.setTo(0, all_holes);
  return rim;
}

void match_rim_color(cv::Mat& painted, const cv::Mat& original, const cv::Mat& rim, double side) {
  const CellSums cells = smooth_over_cells(
      rim.size(), std::max(1.0, match_reach * side), 6.0,
      [&](int y, int x) {
        return cv::Vec3f(original.at<cv::Vec3b>(y, x)) - cv::Vec3f(painted.at<cv::Vec3b>(y, x));
      },
      [&](int y, int x) { return rim.at<std::uint8_t>(y, x) != 0; });
  cv::Mat mean(cells.sums.size(), CV_32FC3);
  std::transform(cells.sums.begin<cv::Vec4f>(), cells.sums.end<cv::Vec4f>(),
                 mean.begin<cv::Vec3f>(), [](const cv::Vec4f& sum) {
                   return cv::Vec3f(sum[0], sum[1], sum[2]) / std::max(sum[3], min_weight);
                 });
  cv::Mat spread;
  cv::resize(mean, spread, mean.size() * cells.factor, 0.0, 0.0, cv::INTER_LINEAR);
  cv::add(painted, spread(cv::Rect({0, 0}, painted.size())), painted, cv::noArray(), CV_8U);
}

cv::Mat feather_weight(const cv::Mat& hole, double width) {
  // The photo's border is not a seam, so distances are measured as if the hole continued beyond it.
  cv::Mat padded;
  const int margin = static_cast<int>(std::ceil(width)) + 1;
  cv::copyMakeBorder(hole, padded, margin, margin, margin, margin, cv::BORDER_REPLICATE);
  cv::Mat distance;
  cv::distanceTransform(padded, distance, cv::DIST_L2, cv::DIST_MASK_3);
  cv::Mat weight = distance(cv::Rect(margin, margin, hole.cols, hole.rows)).clone();
  weight = cv::min(weight / (width + 1.0), 1.0);
  return weight;
}

// Pixels too far from known ones are kept: inside the hole they weigh little, and next to another
// hole nothing better is known.
void clear_fading_ring(cv::Mat& original, const cv::Mat& all_holes, const cv::Mat& weight,
                       double width) {
  const CellSums cells = smooth_over_cells(
      original.size(), std::max(0.8, 0.5 * width), 2.0,
      [&](int y, int x) { return cv::Vec3f(original.at<cv::Vec3b>(y, x)); },
      [&](int y, int x) { return all_holes.at<std::uint8_t>(y, x) == 0; });
  for (int y = 0; y < original.rows; ++y) {
    const auto* alpha = weight.ptr<float>(y);
    auto* color = original.ptr<cv::Vec3b>(y);
    for (int x = 0; x < original.cols; ++x) {
      if (alpha[x] == 0.0F || alpha[x] == 1.0F) {
        continue;
      }
      const cv::Vec4f sum = sums_at(cells, y, x);
      if (sum[3] < min_weight) {
        continue;
      }
      for (int c = 0; c < 3; ++c) {
        color[x][c] = cv::saturate_cast<std::uint8_t>(sum[c] / sum[3]);
      }
    }
  }
}

}  // namespace demask::imaging

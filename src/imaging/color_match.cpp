// SPDX-License-Identifier: Apache-2.0
#include "imaging/color_match.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace demask::imaging {
namespace {

// The side of the pictures that are compared, in pixels: color and light are coarse.
constexpr int side = 64;
// Differences in levels up to which a pixel counts fully: eyes and hair that the generator drew
// elsewhere differ more.
constexpr float full_difference = 24.0F;
constexpr int rounds = 4;
// How strongly a gain of 1 is preferred: as if so many levels of contrast spoke for it.
constexpr double preference = 12.0;
constexpr double min_gain = 0.5;
constexpr double max_gain = 2.0;
// The smallest sum of weights, in pixels of the compared pictures, that says anything.
constexpr double min_count = 20.0;
// Standard deviation of the smoothing, as a fraction of the side, and the share of known pixels in
// reach at which what is left of the difference has faded to half.
constexpr double smoothing = 0.125;
constexpr float half_share = 0.15F;

cv::Mat coarse(const cv::Mat& picture, int type) {
  cv::Mat small;
  cv::resize(picture, small, {side, side}, 0.0, 0.0, cv::INTER_AREA);
  cv::Mat result;
  small.convertTo(result, type);
  return result;
}

struct Line {
  double gain = 1.0;
  double offset = 0.0;
};

// The weighted least squares fit of channel `c` of `to` by that of `from`.
Line fit(const cv::Mat& from, const cv::Mat& to, const cv::Mat& weight, int c) {
  double count = 0.0;
  double x = 0.0;
  double y = 0.0;
  for (int i = 0; i < side * side; ++i) {
    const double w = weight.at<float>(i);
    count += w;
    x += w * from.at<cv::Vec3f>(i)[c];
    y += w * to.at<cv::Vec3f>(i)[c];
  }
  if (count < min_count) {
    return {};
  }
  x /= count;
  y /= count;
  double xx = preference * preference;
  double xy = xx;
  for (int i = 0; i < side * side; ++i) {
    const double w = weight.at<float>(i) / count;
    const double dx = from.at<cv::Vec3f>(i)[c] - x;
    xx += w * dx * dx;
    xy += w * dx * (to.at<cv::Vec3f>(i)[c] - y);
  }
  const double gain = std::clamp(xy / xx, min_gain, max_gain);
  return {gain, y - gain * x};
}

// The coarse picture with a line of its own for each channel.
cv::Mat recolored(const cv::Mat& picture, const cv::Matx<double, 3, 2>& lines) {
  cv::Mat result(picture.size(), CV_32FC3);
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        result.at<cv::Vec3f>(y, x)[c] = static_cast<float>(
            lines(c, 0) * static_cast<double>(picture.at<cv::Vec3f>(y, x)[c]) + lines(c, 1));
      }
    }
  }
  return result;
}

// Pixels that differ much count less.
cv::Mat trusted(const cv::Mat& weight, const cv::Mat& difference) {
  cv::Mat result = weight.clone();
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const float size = static_cast<float>(cv::norm(difference.at<cv::Vec3f>(y, x))) / 1.732F;
      result.at<float>(y, x) *= full_difference / std::max(size, full_difference);
    }
  }
  return result;
}

// The smoothed difference, continued into pixels of weight 0 where it fades out.
cv::Mat continued(const cv::Mat& difference, const cv::Mat& weight) {
  cv::Mat weights;
  cv::merge(std::vector<cv::Mat>(3, weight), weights);
  cv::Mat sum = difference.mul(weights);
  cv::Mat share;
  const double sigma = smoothing * side;
  cv::GaussianBlur(sum, sum, {0, 0}, sigma, sigma, cv::BORDER_ISOLATED);
  cv::GaussianBlur(weight, share, {0, 0}, sigma, sigma, cv::BORDER_ISOLATED);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      sum.at<cv::Vec3f>(y, x) /= std::max(share.at<float>(y, x), 0.0F) + half_share;
    }
  }
  return sum;
}

}  // namespace

cv::Mat match_color(const cv::Mat& generated, const cv::Mat& photo, const cv::Mat& weight) {
  const cv::Mat from = coarse(generated, CV_32FC3);
  const cv::Mat to = coarse(photo, CV_32FC3);
  const cv::Mat known = coarse(weight, CV_32FC1);
  cv::Mat counted = known;
  cv::Matx<double, 3, 2> lines(1.0, 0.0, 1.0, 0.0, 1.0, 0.0);
  for (int round = 0; round < rounds; ++round) {
    for (int c = 0; c < 3; ++c) {
      const Line line = fit(from, to, counted, c);
      lines(c, 0) = line.gain;
      lines(c, 1) = line.offset;
    }
    counted = trusted(known, to - recolored(from, lines));
  }
  cv::Mat left = continued(to - recolored(from, lines), counted);
  cv::resize(left, left, generated.size(), 0.0, 0.0, cv::INTER_CUBIC);
  cv::Mat full;
  generated.convertTo(full, CV_32FC3);
  cv::Mat result;
  cv::Mat(recolored(full, lines) + left).convertTo(result, CV_8U);
  return result;
}

}  // namespace demask::imaging

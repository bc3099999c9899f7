// SPDX-License-Identifier: Apache-2.0
#include "imaging/temporal_blend.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace demask::imaging {
namespace {

// Side, in pixels, of the square over which differences are smoothed; wider than a jittering edge.
constexpr int smoothing_side = 9;

// The smoothed difference. It is signed, so that noise cancels out and a change does not.
cv::Mat smoothed_difference(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat difference;
  cv::subtract(a, b, difference);
  cv::blur(difference, difference, {smoothing_side, smoothing_side});
  return difference;
}

// The largest absolute value of any plane at each pixel.
cv::Mat largest_of(const std::vector<cv::Mat>& planes) {
  cv::Mat largest = cv::abs(planes.front());
  for (std::size_t i = 1; i < planes.size(); ++i) {
    largest = cv::max(largest, cv::abs(planes[i]));
  }
  return largest;
}

// The weight of the current picture, given its difference from the memory. CV_32FC1.
cv::Mat weight_of(const cv::Mat& difference, const TemporalBlendOptions& options) {
  const double slope = (1.0 - options.gain) / (options.change - options.noise);
  cv::Mat weight = options.gain + (difference - options.noise) * slope;
  weight = cv::min(cv::max(weight, options.gain), 1.0);
  return weight;
}

}  // namespace

cv::Mat blend_over_time(const cv::Mat& memory, const cv::Mat& current, const cv::Mat& valid,
                        const TemporalBlendOptions& options) {
  std::vector<cv::Mat> differences;
  cv::split(smoothed_difference(current, memory), differences);
  cv::Mat weight = weight_of(largest_of(differences), options);
  if (!valid.empty()) {
    weight.setTo(1.0, valid == 0);
  }
  const int channels = current.channels();
  cv::Mat weights;
  cv::merge(std::vector<cv::Mat>(static_cast<std::size_t>(channels), weight), weights);
  return memory + weights.mul(current - memory);
}

std::vector<cv::Mat> blend_over_time(const std::vector<cv::Mat>& memory,
                                     const std::vector<cv::Mat>& current,
                                     const TemporalBlendOptions& options) {
  std::vector<cv::Mat> differences;
  for (std::size_t i = 0; i < current.size(); ++i) {
    differences.push_back(smoothed_difference(current[i], memory[i]));
  }
  const cv::Mat weight = weight_of(largest_of(differences), options);
  std::vector<cv::Mat> blended;
  for (std::size_t i = 0; i < current.size(); ++i) {
    blended.emplace_back(memory[i] + weight.mul(current[i] - memory[i]));
  }
  return blended;
}

double gain_of(double seconds, double constant) {
  return constant > 0.0 ? 1.0 - std::exp(-std::max(seconds, 0.0) / constant) : 1.0;
}

}  // namespace demask::imaging

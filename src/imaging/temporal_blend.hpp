#pragma once

/// @file
/// Steady pictures from frame to frame.

#include <opencv2/core.hpp>
#include <vector>

namespace demask::imaging {

/// How a picture follows its successors.
struct TemporalBlendOptions {
  /// Weight of the current picture, in (0, 1], where nothing but noise has changed.
  double gain = 1.0;
  /// Differences, smoothed over a few pixels, up to `noise` are noise; from `change` on the current
  /// picture is taken as it is. In units of the pictures' values, noise < change.
  double noise = 0.0;
  double change = 1.0;
};

/// A motion-adaptive recursive filter: `current` where it differs clearly from `memory`, and a
/// running mean of both where it does not. What appears or moves is thereby followed at once.
/// @param memory, current  CV_32F of the same size and number of channels.
/// @param valid  CV_8UC1; where it is 0 there is no memory. May be empty: all is valid.
cv::Mat blend_over_time(const cv::Mat& memory, const cv::Mat& current, const cv::Mat& valid,
                        const TemporalBlendOptions& options);

/// The same of planes of one picture (CV_32FC1), each blended with the weight that the plane with
/// the larger difference has.
std::vector<cv::Mat> blend_over_time(const std::vector<cv::Mat>& memory,
                                     const std::vector<cv::Mat>& current,
                                     const TemporalBlendOptions& options);

/// The gain of a running mean with a time constant, for frames `seconds` apart:
/// 1 - exp(-seconds / constant); 1 if the constant is 0.
double gain_of(double seconds, double constant);

}  // namespace demask::imaging

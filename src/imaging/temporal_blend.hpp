// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Smooths pictures from frame to frame.

#include <opencv2/core.hpp>
#include <vector>

namespace demask::imaging {

/// How the running mean follows new pictures.
struct TemporalBlendOptions {
  /// Weight of the current picture, in (0, 1], where only noise has changed.
  double gain = 1.0;
  /// Bounds on differences smoothed over a few pixels, in units of the pictures' values, noise <
  /// change. Differences up to `noise` count as noise; from `change` on, the current picture is
  /// taken unchanged.
  double noise = 0.0;
  double change = 1.0;
};

/// A motion-adaptive recursive filter: `current` where it differs clearly from `memory`, and a
/// running mean of both where it does not. Things that appear or move are followed at once.
/// @param memory, current  CV_32F of the same size and number of channels.
/// @param valid  CV_8UC1, 0 where `memory` has no value. Empty if all of it is valid.
cv::Mat blend_over_time(const cv::Mat& memory, const cv::Mat& current, const cv::Mat& valid,
                        const TemporalBlendOptions& options);

/// Blends several planes of one picture (CV_32FC1) as blend_over_time() does, all with the weight
/// of the plane that differs most.
std::vector<cv::Mat> blend_over_time(const std::vector<cv::Mat>& memory,
                                     const std::vector<cv::Mat>& current,
                                     const TemporalBlendOptions& options);

/// The gain of a running mean with time constant `constant`, in seconds, for frames `seconds`
/// apart: 1 - exp(-seconds / constant), or 1 if the constant is 0.
double gain_of(double seconds, double constant);

}  // namespace demask::imaging

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A camera that moves over a photo, for clips with known ground truth.

#include <cstdint>
#include <opencv2/core.hpp>

#include "demask/geometry.hpp"

namespace demask::training {

/// How a camera moves around its rest position. Each movement is a sum of two sines.
struct CameraMotion {
  double pan = 0.08;       ///< Amplitude of the shift, as a fraction of the frame's height.
  double zoom = 0.10;      ///< Amplitude of the scale's natural logarithm.
  double roll = 0.10;      ///< Amplitude of the rotation in radians.
  double period = 4.0;     ///< Period of the slower sine in seconds.
  std::uint64_t seed = 0;  ///< Seed of the phases.
};

/// A camera that films a photo, for clips with known ground truth.
class VirtualCamera {
 public:
  /// @param photo    RGB, CV_8UC3.
  /// @param at_rest  maps pixels of the photo to pixels of the frame while the camera is at rest.
  VirtualCamera(cv::Mat photo, cv::Size frame, const Similarity& at_rest,
                const CameraMotion& motion);

  /// Maps pixels of the photo to pixels of the frame at time `seconds`, and so the photo's true
  /// landmarks, boxes and masks to those of the frame.
  Similarity view(double seconds) const;
  /// The frame at time `seconds`, RGB; outside the photo it shows a blurred copy of the photo.
  cv::Mat frame(double seconds) const;

 private:
  double sway(std::size_t axis, double seconds) const;

  cv::Mat photo_;
  cv::Mat surroundings_;  // The photo, blurred until nothing in it looks like a face.
  cv::Size frame_;
  Similarity at_rest_;
  CameraMotion motion_;
  cv::Mat phases_;  // CV_64F, 4 x 2: phases of the two sines of each of the four movements.
};

/// Adds independent Gaussian sensor noise with a standard deviation of `deviation` levels.
void add_sensor_noise(cv::Mat& rgb, double deviation, std::uint64_t seed);

/// The view of a camera at rest that centers `box` in the frame, its larger side `side` pixels
/// long.
Similarity centered_view(const Box& box, float side, cv::Size frame);

}  // namespace demask::training

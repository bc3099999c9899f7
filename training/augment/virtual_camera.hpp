#pragma once

/// @file
/// A camera that moves over a photo, for clips whose truth is known.

#include <cstdint>
#include <opencv2/core.hpp>

#include "demask/geometry.hpp"

namespace demask::training {

/// How a camera moves around its rest. All movements are smooth: sums of two sines.
struct CameraMotion {
  double pan = 0.08;       ///< Amplitude of shifts, as a fraction of the frame's height.
  double zoom = 0.10;      ///< Amplitude of the logarithm of the scale.
  double roll = 0.10;      ///< Amplitude of the rotation in radians.
  double period = 4.0;     ///< Seconds of the slower sine.
  std::uint64_t seed = 0;  ///< Of the phases.
};

/// A camera that films a photo: clips whose truth is known.
class VirtualCamera {
 public:
  /// @param photo    RGB, CV_8UC3.
  /// @param at_rest  from pixels of the photo to pixels of the frame of a camera at rest.
  VirtualCamera(cv::Mat photo, cv::Size frame, const Similarity& at_rest,
                const CameraMotion& motion);

  /// From pixels of the photo to pixels of the frame at this time: what takes true landmarks, boxes
  /// and masks of the photo to those of the frame.
  Similarity view(double seconds) const;
  /// The frame at this time, RGB; what lies beyond the photo is a blur of it.
  cv::Mat frame(double seconds) const;

 private:
  double sway(std::size_t axis, double seconds) const;

  cv::Mat photo_;
  cv::Mat surroundings_;  // The photo, blurred until nothing in it looks like a face.
  cv::Size frame_;
  Similarity at_rest_;
  CameraMotion motion_;
  cv::Mat phases_;  // Of two sines for each of the four movements, CV_64F 4 x 2.
};

/// Adds independent Gaussian noise of this standard deviation in levels, as a sensor does.
void add_sensor_noise(cv::Mat& rgb, double deviation, std::uint64_t seed);

/// The view of a camera at rest that shows `box` in the middle of the frame with this larger side.
Similarity centered_view(const Box& box, float side, cv::Size frame);

}  // namespace demask::training

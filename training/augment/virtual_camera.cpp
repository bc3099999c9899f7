// SPDX-License-Identifier: Apache-2.0
#include "augment/virtual_camera.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "imaging/mat.hpp"

namespace demask::training {
namespace {

constexpr double two_pi = 6.283185307179586;
enum Axis : std::size_t { pan_x, pan_y, zoom, roll, axis_count };

// A similarity with `center` as its fixed point.
Similarity about(Point center, double scale, double angle) {
  const double a = scale * std::cos(angle);
  const double b = scale * std::sin(angle);
  const auto x = static_cast<double>(center.x);
  const auto y = static_cast<double>(center.y);
  return {a, b, x - (a * x - b * y), y - (b * x + a * y)};
}

}  // namespace

VirtualCamera::VirtualCamera(cv::Mat photo, cv::Size frame, const Similarity& at_rest,
                             const CameraMotion& motion)
    : photo_(std::move(photo)), frame_(frame), at_rest_(at_rest), motion_(motion) {
  cv::RNG random(motion.seed + 1);
  const double blur = 0.25 * std::max(photo_.rows, photo_.cols);
  cv::GaussianBlur(photo_, surroundings_, {0, 0}, blur);
  phases_.create(static_cast<int>(axis_count), 2, CV_64F);
  random.fill(phases_, cv::RNG::UNIFORM, 0.0, two_pi);
}

double VirtualCamera::sway(std::size_t axis, double seconds) const {
  const auto* phases = phases_.ptr<double>(static_cast<int>(axis));
  const double turn = two_pi * seconds / motion_.period;
  // The faster sine's period does not divide the slower one's, so poses do not repeat every period.
  return 0.7 * std::sin(turn + phases[0]) + 0.3 * std::sin(2.7 * turn + phases[1]);
}

Similarity VirtualCamera::view(double seconds) const {
  const Point center{0.5F * static_cast<float>(frame_.width - 1),
                     0.5F * static_cast<float>(frame_.height - 1)};
  const double reach = motion_.pan * frame_.height;
  const Similarity shift(1.0, 0.0, reach * sway(pan_x, seconds), reach * sway(pan_y, seconds));
  return shift *
         about(center, std::exp(motion_.zoom * sway(zoom, seconds)),
               motion_.roll * sway(roll, seconds)) *
         at_rest_;
}

cv::Mat VirtualCamera::frame(double seconds) const {
  const Similarity to_frame = view(seconds);
  cv::Mat source = photo_;
  if (const double scale = to_frame.scale(); scale < 1.0) {
    // Antialiasing: remove detail finer than the frame's pixels before sampling.
    const double sigma = 0.5 * std::sqrt(1.0 / (scale * scale) - 1.0);
    cv::GaussianBlur(photo_, source, {0, 0}, std::max(sigma, 0.01));
  }
  cv::Mat result;
  cv::warpAffine(surroundings_, result, imaging::as_mat(to_frame), frame_, cv::INTER_LINEAR,
                 cv::BORDER_REFLECT_101);
  cv::warpAffine(source, result, imaging::as_mat(to_frame), frame_, cv::INTER_CUBIC,
                 cv::BORDER_TRANSPARENT);
  return result;
}

void add_sensor_noise(cv::Mat& rgb, double deviation, std::uint64_t seed) {
  cv::RNG random(seed + 1);
  cv::Mat noise(rgb.size(), CV_16SC3);
  random.fill(noise, cv::RNG::NORMAL, 0.0, deviation);
  cv::add(rgb, noise, rgb, cv::noArray(), CV_8U);
}

Similarity centered_view(const Box& box, float side, cv::Size frame) {
  const auto scale = static_cast<double>(side / std::max(box.width, box.height));
  const auto x = static_cast<double>(box.x + 0.5F * box.width);
  const auto y = static_cast<double>(box.y + 0.5F * box.height);
  return {scale, 0.0, 0.5 * frame.width - scale * x, 0.5 * frame.height - scale * y};
}

}  // namespace demask::training

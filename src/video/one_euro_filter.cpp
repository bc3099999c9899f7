// SPDX-License-Identifier: Apache-2.0
#include "video/one_euro_filter.hpp"

#include <cmath>

namespace demask::video {

double OneEuroFilter::smoothing_factor(double cutoff, double seconds) {
  constexpr double two_pi = 6.283185307179586;
  const double r = two_pi * cutoff * seconds;
  return r / (r + 1.0);
}

double OneEuroFilter::filter(double value, double seconds) {
  if (!value_) {
    value_ = value;
    return value;
  }
  const double speed = (value - *value_) / seconds;
  speed_ += smoothing_factor(options_.derivative_cutoff, seconds) * (speed - speed_);
  const double cutoff = options_.min_cutoff + options_.beta * std::abs(speed_);
  *value_ += smoothing_factor(cutoff, seconds) * (value - *value_);
  return *value_;
}

}  // namespace demask::video

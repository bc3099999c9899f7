// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The 1 Euro filter: smoothing that adapts to speed.

#include <optional>

namespace demask::video {

/// Parameters of the filter.
struct OneEuroOptions {
  double min_cutoff = 1.0;  ///< Hz, for a signal at rest: lower is steadier.
  double beta = 0.0;        ///< Hz per unit of speed (signal units per second): higher lags less.
  double derivative_cutoff = 1.0;  ///< Hz, for smoothing the speed.
};

/// A first-order low-pass filter whose cutoff rises with the speed of the signal: steady at rest,
/// with little lag in motion. Casiez, Roussel, Vogel: 1 Euro Filter, CHI 2012, algorithm 1.
class OneEuroFilter {
 public:
  explicit OneEuroFilter(const OneEuroOptions& options = {}) : options_(options) {}

  /// Filters the next value, `seconds` (> 0) after the previous one. The first value is returned
  /// unchanged, and its `seconds` is ignored.
  double filter(double value, double seconds);

  /// The weight that a first-order low-pass filter with this cutoff (Hz) gives to a new value
  /// `seconds` after the previous one: 1 / (1 + 1 / (2 pi cutoff seconds)).
  static double smoothing_factor(double cutoff, double seconds);

 private:
  OneEuroOptions options_;
  std::optional<double> value_;
  double speed_ = 0.0;
};

}  // namespace demask::video

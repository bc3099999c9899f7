#pragma once

/// @file
/// Smoothing that yields to movement.

#include <optional>

namespace demask::video {

/// Parameters of the filter.
struct OneEuroOptions {
  double min_cutoff = 1.0;  ///< Hz, of a signal at rest: less is steadier.
  double beta = 0.0;  ///< Hz per unit of speed (units of the signal a second): more lags less.
  double derivative_cutoff = 1.0;  ///< Hz, of the speed itself.
};

/// A low-pass filter of first order whose cutoff rises with the speed of the signal: steady at
/// rest, without lag in motion. Casiez, Roussel, Vogel: 1 Euro Filter, CHI 2012, algorithm 1.
class OneEuroFilter {
 public:
  explicit OneEuroFilter(const OneEuroOptions& options = {}) : options_(options) {}

  /// Takes the next value, `seconds` (> 0) after the one before, and returns it filtered. The first
  /// value is returned as it is, whatever `seconds`.
  double filter(double value, double seconds);

  /// The weight that a low-pass filter of first order with this cutoff (Hz) gives to the next of
  /// values that are `seconds` apart: 1 / (1 + 1 / (2 pi cutoff seconds)).
  static double smoothing_factor(double cutoff, double seconds);

 private:
  OneEuroOptions options_;
  std::optional<double> value_;
  double speed_ = 0.0;
};

}  // namespace demask::video

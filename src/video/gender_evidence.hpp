// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Decides one gender from many estimates of one face.

#include "demask/gender_classifier.hpp"

namespace demask::video {

/// The running mean of the log-odds that a classifier gave for the frames of one face. The sum of
/// the log-odds would combine independent estimates; since frames are not independent, it is
/// divided by their number.
class GenderEvidence {
 public:
  void add(const GenderEstimate& estimate);
  int count() const noexcept { return count_; }
  /// The gender decided on and its probability; before the first estimate, female with probability
  /// 0.5. A decision changes only on clear evidence of the other gender: alternating between
  /// generators looks worse than either of them.
  GenderEstimate decision() const noexcept;

 private:
  double log_odds_sum_ = 0.0;  ///< Positive for female.
  int count_ = 0;
  Gender decided_ = Gender::female;
};

}  // namespace demask::video

#pragma once

/// @file
/// One gender from many estimates of one face.

#include "demask/gender_classifier.hpp"

namespace demask::video {

/// The running mean of the log-odds that a classifier gave the frames of one face. The mean of
/// log-odds is the classifier's own sum of evidence, tempered by their number, since they are not
/// independent.
class GenderEvidence {
 public:
  void add(const GenderEstimate& estimate);
  int count() const noexcept { return count_; }
  /// The gender decided and its probability. Once decided, it changes only for clear evidence of
  /// the other: a generator that is exchanged back and forth is worse than either.
  /// Before the first estimate: female with probability 0.5.
  GenderEstimate decision() const noexcept;

 private:
  double log_odds_sum_ = 0.0;  ///< Of female.
  int count_ = 0;
  Gender decided_ = Gender::female;
};

}  // namespace demask::video

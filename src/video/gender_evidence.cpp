// SPDX-License-Identifier: Apache-2.0
#include "video/gender_evidence.hpp"

#include <algorithm>
#include <cmath>

namespace demask::video {
namespace {

// Probabilities are limited to this, so that one saturated estimate does not outvote many others.
constexpr double max_probability = 0.99;
// Mean log-odds of the other gender that reverse a decision: a probability of 0.6.
constexpr double reversal_log_odds = 0.405;

}  // namespace

void GenderEvidence::add(const GenderEstimate& estimate) {
  const double probability =
      std::clamp(static_cast<double>(estimate.probability), 0.5, max_probability);
  const double log_odds = std::log(probability / (1.0 - probability));
  log_odds_sum_ += estimate.gender == Gender::female ? log_odds : -log_odds;
  ++count_;
  const double mean = log_odds_sum_ / count_;
  const double against = decided_ == Gender::female ? -mean : mean;
  if (against > (count_ == 1 ? 0.0 : reversal_log_odds)) {
    decided_ = decided_ == Gender::female ? Gender::male : Gender::female;
  }
}

GenderEstimate GenderEvidence::decision() const noexcept {
  if (count_ == 0) {
    return {};
  }
  const double mean = log_odds_sum_ / count_;
  const double in_favor = decided_ == Gender::female ? mean : -mean;
  const double probability = 1.0 / (1.0 + std::exp(-in_favor));
  return {decided_, static_cast<float>(std::max(probability, 0.5))};
}

}  // namespace demask::video

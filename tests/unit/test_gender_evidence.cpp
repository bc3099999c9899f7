// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "video/gender_evidence.hpp"

using demask::Gender;
using demask::GenderEstimate;
using demask::video::GenderEvidence;

namespace {

double log_odds(double probability) { return std::log(probability / (1.0 - probability)); }

}  // namespace

TEST_CASE("A single estimate decides by itself", "[gender_evidence]") {
  GenderEvidence evidence;
  CHECK(evidence.count() == 0);
  CHECK(evidence.decision().probability == 0.5F);
  evidence.add({Gender::male, 0.7F});
  CHECK(evidence.count() == 1);
  CHECK(evidence.decision().gender == Gender::male);
  CHECK(evidence.decision().probability == Approx(0.7));
}

TEST_CASE("The probability is that of the mean of the log-odds", "[gender_evidence]") {
  GenderEvidence evidence;
  evidence.add({Gender::female, 0.9F});
  evidence.add({Gender::female, 0.8F});
  evidence.add({Gender::male, 0.6F});
  const double mean = (log_odds(0.9) + log_odds(0.8) - log_odds(0.6)) / 3.0;
  CHECK(evidence.decision().gender == Gender::female);
  CHECK(evidence.decision().probability == Approx(1.0 / (1.0 + std::exp(-mean))));
}

TEST_CASE("A decision is reversed only by clear evidence", "[gender_evidence]") {
  GenderEvidence evidence;
  evidence.add({Gender::female, 0.6F});
  // The mean turns slightly toward male; the decision stays, with its lowest probability.
  for (int i = 0; i < 6; ++i) {
    evidence.add({Gender::male, 0.58F});
    CHECK(evidence.decision().gender == Gender::female);
  }
  CHECK(evidence.decision().probability == 0.5F);
  for (int i = 0; i < 20; ++i) {
    evidence.add({Gender::male, 0.9F});
  }
  CHECK(evidence.decision().gender == Gender::male);
  CHECK(evidence.decision().probability > 0.8F);
}

TEST_CASE("A saturated estimate does not outvote all others", "[gender_evidence]") {
  GenderEvidence evidence;
  evidence.add({Gender::male, 1.0F});
  for (int i = 0; i < 8; ++i) {
    evidence.add({Gender::female, 0.9F});
  }
  CHECK(evidence.decision().gender == Gender::female);
}

// SPDX-License-Identifier: Apache-2.0
#include "tune/successive_halving.hpp"

#include <algorithm>

#include "demask/error.hpp"

namespace demask::training {

std::vector<TrialOutcome> successive_halving(const HalvingOptions& options,
                                             const TrialEvaluator& evaluate) {
  if (options.trials == 0 || options.factor < 2) {
    throw Error(ErrorCode::invalid_argument,
                "successive halving: needs a trial and a factor of 2 or more; raise them");
  }
  std::vector<TrialOutcome> outcomes(options.trials);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    outcomes[i].trial = i;
  }

  double budget = options.first_budget;
  for (std::size_t left = outcomes.size(); left > 0; left /= options.factor) {
    const auto end = outcomes.begin() + static_cast<std::ptrdiff_t>(left);
    for (auto outcome = outcomes.begin(); outcome != end; ++outcome) {
      outcome->budget = budget;
      outcome->score = evaluate(outcome->trial, budget);
    }
    std::stable_sort(outcomes.begin(), end, [](const TrialOutcome& a, const TrialOutcome& b) {
      return a.score > b.score;
    });
    budget *= static_cast<double>(options.factor);
  }
  return outcomes;
}

}  // namespace demask::training

#pragma once

/// @file
/// Successive halving over trials.

#include <cstddef>
#include <functional>
#include <vector>

namespace demask::training {

/// The trials that successive halving gives up and those it goes on with.
struct HalvingOptions {
  std::size_t trials = 9;
  std::size_t factor = 3;  ///< At least 2: one of so many trials goes on, for so many times longer.
  double first_budget = 1;  ///< Of each trial in the first round, in the evaluator's unit.
};

/// What is known of a trial.
struct TrialOutcome {
  std::size_t trial = 0;
  double budget = 0.0;  ///< That it was given in all.
  double score = 0.0;   ///< At that budget; higher is better.
};

/// Takes a trial and the budget it shall have had in all when the call returns; gives its score.
using TrialEvaluator = std::function<double(std::size_t trial, double budget)>;

/// Successive halving (Jamieson and Talwalkar, AISTATS 2016, algorithm 1, with a growing budget per
/// trial): all trials get the first budget, the best 1/factor of them `factor` times as much, and
/// so on until one is left. Ties go to the earlier trial.
/// @return each trial at its last budget, the winner first: by rounds survived, then by score.
/// @throws Error invalid_argument for no trials or a factor below 2, and what the evaluator throws.
std::vector<TrialOutcome> successive_halving(const HalvingOptions& options,
                                             const TrialEvaluator& evaluate);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Successive halving over trials.

#include <cstddef>
#include <functional>
#include <vector>

namespace demask::training {

/// Options of successive halving.
struct HalvingOptions {
  std::size_t trials = 9;
  std::size_t factor = 3;   ///< At least 2: 1/factor of the trials survive, budgets grow by it.
  double first_budget = 1;  ///< Budget of each trial in the first round, in the evaluator's unit.
};

/// The result of a trial.
struct TrialOutcome {
  std::size_t trial = 0;
  double budget = 0.0;  ///< Total budget that the trial was given.
  double score = 0.0;   ///< Score at that budget; higher is better.
};

/// Runs a trial until it has used `budget` in total, and returns its score.
using TrialEvaluator = std::function<double(std::size_t trial, double budget)>;

/// Successive halving (Jamieson and Talwalkar, AISTATS 2016, algorithm 1, with a growing budget per
/// trial): all trials get the first budget, the best 1/factor of them `factor` times as much, and
/// so on until one is left. The earlier trial wins ties.
/// @return each trial at its last budget, ordered by rounds survived and then by score; the winner
///   is first.
/// @throws Error invalid_argument for no trials or a factor below 2, and what the evaluator throws.
std::vector<TrialOutcome> successive_halving(const HalvingOptions& options,
                                             const TrialEvaluator& evaluate);

}  // namespace demask::training

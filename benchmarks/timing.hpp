#pragma once

/// @file
/// Interleaved timing of several pieces of work.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace demask::benchmarks {

/// Pieces of work by name.
using Workload = std::vector<std::pair<std::string, std::function<void()>>>;

/// Median wall-clock milliseconds of each piece of work over `repetitions`, taken by Google
/// Benchmark in random interleaving, so that ratios survive a machine whose speed drifts.
std::map<std::string, double> time_each(const Workload& work, int repetitions);

}  // namespace demask::benchmarks

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Times several workloads, interleaved.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace demask::benchmarks {

/// Functions to time, by name.
using Workload = std::vector<std::pair<std::string, std::function<void()>>>;

/// Median wall-clock milliseconds of each function over `repetitions`, measured by Google Benchmark
/// with random interleaving, so that ratios stay valid when the machine's speed drifts.
std::map<std::string, double> time_each(const Workload& work, int repetitions);

}  // namespace demask::benchmarks

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Speed beside other work.

#include <vector>

#include "figures.hpp"

namespace demask::benchmarks {

/// Measures one and two threads on a photo while other processes keep all cores but one busy.
/// Threads wait for each other as the environment of this process says.
std::vector<Figure> measure_contention(const BenchOptions& options);

/// Runs measure_contention() in a process of its own, whose threads wait as those of the program
/// `demask`: they sleep, unless the environment chooses otherwise.
std::vector<Figure> measure_contention_as_program(const BenchOptions& options);

}  // namespace demask::benchmarks

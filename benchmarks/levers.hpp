// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Speed gained by each optimization, measured on the networks alone.

#include <vector>

#include "figures.hpp"

namespace demask::benchmarks {

/// Measures the speedup of each optimization for the networks of a photo with one face: the time
/// without it divided by the time with it.
std::vector<Figure> measure_levers(const BenchOptions& options);

}  // namespace demask::benchmarks

#pragma once

/// @file
/// Speed gained by each optimization, measured on the networks alone.

#include <vector>

#include "figures.hpp"

namespace demask::benchmarks {

/// What each thing done for speed gives: the time without it over the time with it, for the
/// networks of a photo with one face.
std::vector<Figure> measure_levers(const BenchOptions& options);

}  // namespace demask::benchmarks

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The figures that the benchmark program prints.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "demask/image.hpp"
#include "demask/model_bundle.hpp"

namespace demask::benchmarks {

/// A measured number and its target.
struct Figure {
  std::string key;
  double value = 0.0;
  std::string bar;  ///< Target, such as ">= 25"; empty for a number that only explains others.
};

/// Inputs and settings of the measurements.
struct BenchOptions {
  std::filesystem::path models;
  std::optional<std::filesystem::path> paper_models;
  std::filesystem::path photo;  ///< Photo with a masked face.
  int threads = 2;
  int repetitions = 9;
};

/// Measures time and memory from process start to the first result. Call before any thread starts.
std::vector<Figure> measure_start(const BenchOptions& options);

/// Measures the speed of the pipeline relative to its networks, to several callers and to another
/// bundle.
std::vector<Figure> measure_speed(const BenchOptions& options);

/// Counts the photo-sized buffers that one call allocates.
std::vector<Figure> measure_copies(const BenchOptions& options);

}  // namespace demask::benchmarks

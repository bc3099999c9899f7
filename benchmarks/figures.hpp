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

/// A number and what it stands against.
struct Figure {
  std::string key;
  double value = 0.0;
  std::string bar;  ///< Such as ">= 25"; empty for a number that only explains others.
};

/// What is measured with what.
struct BenchOptions {
  std::filesystem::path models;
  std::optional<std::filesystem::path> paper_models;
  std::filesystem::path photo;  ///< With a masked face.
  int threads = 2;
  int repetitions = 9;
};

/// Time and memory from nothing to the first result. Call before any thread has been started.
std::vector<Figure> measure_start(const BenchOptions& options);

/// Speed of the pipeline against its parts, against several callers and against another bundle.
std::vector<Figure> measure_speed(const BenchOptions& options);

/// Photo-sized buffers of one call.
std::vector<Figure> measure_copies(const BenchOptions& options);

}  // namespace demask::benchmarks

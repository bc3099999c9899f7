// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "contention.hpp"
#include "figures.hpp"
#include "io/whole_file.hpp"
#include "levers.hpp"

namespace {

using demask::benchmarks::BenchOptions;
using demask::benchmarks::Figure;

void print(const std::vector<Figure>& figures) {
  fmt::print("{:<28} {:>10}  {}\n", "figure", "value", "bar");
  for (const Figure& figure : figures) {
    fmt::print("{:<28} {:>10.3f}  {}\n", figure.key, figure.value, figure.bar);
  }
}

void write_json(const std::vector<Figure>& figures, const std::string& file) {
  nlohmann::json json;
  for (const Figure& figure : figures) {
    json[figure.key] = figure.value;
  }
  demask::io::write_whole_file(file, json.dump(2) + '\n');
}

std::vector<Figure> measure_all(const BenchOptions& options) {
  std::vector<Figure> figures = demask::benchmarks::measure_start(options);
  for (const auto& part :
       {demask::benchmarks::measure_speed(options), demask::benchmarks::measure_copies(options),
        demask::benchmarks::measure_levers(options),
        demask::benchmarks::measure_contention_as_program(options)}) {
    figures.insert(figures.end(), part.begin(), part.end());
  }
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures the speed and memory of demask. All ratios come from one run."};
  BenchOptions options;
  std::string json;
  std::string part = "all";
  app.add_option("--models", options.models, "folder of the bundle")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--paper-models", options.paper_models, "bundle of the paper's networks")
      ->check(CLI::ExistingDirectory);
  app.add_option("--photo", options.photo, "photo with a masked face")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--threads", options.threads, "intra-op threads of one caller")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--repetitions", options.repetitions,
                 "repetitions of each measurement; the median is reported")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--part", part,
                 "all figures, or contention: those beside busy processes, with threads that wait "
                 "as OMP_WAIT_POLICY says")
      ->check(CLI::IsMember({"all", "contention"}))
      ->capture_default_str();
  app.add_option("--json", json, "JSON file to write the figures to");
  CLI11_PARSE(app, argc, argv);
  try {
    const std::vector<Figure> figures =
        part == "all" ? measure_all(options) : demask::benchmarks::measure_contention(options);
    print(figures);
    if (!json.empty()) {
      write_json(figures, json);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "demask-bench: {}\n", error.what());
    return 1;
  }
  return 0;
}

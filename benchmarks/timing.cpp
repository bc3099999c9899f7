// SPDX-License-Identifier: Apache-2.0
#include "timing.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>

namespace demask::benchmarks {
namespace {

class MedianReporter final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration) {
        times_[run.run_name.function_name].push_back(run.GetAdjustedRealTime());
      }
    }
  }

  std::map<std::string, double> medians() {
    std::map<std::string, double> result;
    for (auto& [name, times] : times_) {
      const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
      std::nth_element(times.begin(), middle, times.end());
      result[name] = *middle;
    }
    return result;
  }

 private:
  std::map<std::string, std::vector<double>> times_;
};

}  // namespace

std::map<std::string, double> time_each(const Workload& work, int repetitions) {
  std::vector<std::string> words = {"demask-bench", "--benchmark_enable_random_interleaving=true"};
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  for (const auto& [name, body] : work) {
    benchmark::RegisterBenchmark(name.c_str(),
                                 [body = body](benchmark::State& state) {
                                   for ([[maybe_unused]] auto tick : state) {
                                     body();
                                   }
                                 })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->MinTime(0.2)
        ->Repetitions(repetitions);
  }
  MedianReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::ClearRegisteredBenchmarks();
  return reporter.medians();
}

}  // namespace demask::benchmarks

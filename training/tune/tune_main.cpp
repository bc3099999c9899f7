// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <random>

#include "data/csv.hpp"
#include "programs/progress_line.hpp"
#include "tune/search_space.hpp"
#include "tune/successive_halving.hpp"
#include "tune/trial_runner.hpp"

namespace {

namespace fs = std::filesystem;
using demask::training::GenderSettings;
using demask::training::HalvingOptions;
using demask::training::TrialOutcome;

struct TuneOptions {
  demask::training::TrialPaths paths;
  HalvingOptions halving;
  int batch = 16;
  int threads = 1;
  std::uint64_t seed = 1;
};

void add_options(CLI::App& app, TuneOptions& options) {
  app.add_option("--data", options.paths.data, "folder with faces.csv and the photos")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--run", options.paths.run, "folder of the search; resumed if it exists")
      ->required();
  app.add_option("--trials", options.halving.trials, "number of settings that are drawn")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--factor", options.halving.factor,
                 "in each round one of this many trials survives and trains this many times longer")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  app.add_option("--minutes", options.halving.first_budget,
                 "training time of each trial in the first round")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--batch", options.batch, "images per step")
      ->check(CLI::Range(2, 1024))
      ->capture_default_str();
  app.add_option("--threads", options.threads, "threads for computation")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "seed of the settings and of the training")
      ->capture_default_str();
  app.add_option("--trainer", options.paths.trainer, "the program demask-train")
      ->check(CLI::ExistingFile)
      ->capture_default_str();
  app.add_option("--exporter", options.paths.exporter, "the program export.py")
      ->check(CLI::ExistingFile)
      ->capture_default_str();
  app.add_option("--python", options.paths.python, "a Python that has PyTorch")
      ->check(CLI::ExistingFile)
      ->capture_default_str();
}

void report(const std::vector<TrialOutcome>& outcomes, const std::vector<GenderSettings>& settings,
            const fs::path& run) {
  fs::remove(run / "trials.csv");
  fmt::print("{:>5} {:>14} {:>8} {:>10} {:>8} {:>9}\n", "trial", "widths", "dropout", "rate",
             "minutes", "accuracy");
  for (const TrialOutcome& outcome : outcomes) {
    const GenderSettings& s = settings[outcome.trial];
    const std::string widths = fmt::format("{}-{}-{}", s.widths[0], s.widths[1], s.widths[2]);
    fmt::print("{:>5} {:>14} {:>8.3f} {:>10.2e} {:>8.2f} {:>9.4f}\n", outcome.trial, widths,
               s.dropout, s.learning_rate, outcome.budget, outcome.score);
    demask::training::append_row(run / "trials.csv", {{"trial", static_cast<double>(outcome.trial)},
                                                      {"width8", s.widths[0]},
                                                      {"width16", s.widths[1]},
                                                      {"width32", s.widths[2]},
                                                      {"dropout", s.dropout},
                                                      {"rate", s.learning_rate},
                                                      {"minutes", outcome.budget},
                                                      {"accuracy", outcome.score}});
  }
}

void tune(const TuneOptions& options) {
  std::mt19937_64 engine(options.seed);
  std::vector<GenderSettings> settings;
  for (std::size_t i = 0; i < options.halving.trials; ++i) {
    settings.push_back(demask::training::draw_settings(engine));
  }
  const demask::training::TrialRunner runner(options.paths, settings, options.batch,
                                             options.threads, options.seed);
  demask::programs::ProgressLine progress;
  const auto evaluate = [&](std::size_t trial, double minutes) {
    progress.show_fraction(static_cast<double>(trial) / static_cast<double>(options.halving.trials),
                           fmt::format("trial {} to {:.2f} minutes", trial, minutes));
    return runner.evaluate(trial, minutes);
  };
  report(demask::training::successive_halving(options.halving, evaluate), settings,
         options.paths.run);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Searches hyperparameters of the gender classifier: random search with successive "
      "halving.\nThe score is the mean accuracy on masked and bare faces of the validation split."};
  TuneOptions options;
  options.paths.python = "/usr/bin/python3";
  options.paths.exporter = DEMASK_EXPORTER;
  options.paths.trainer =
      fs::canonical("/proc/self/exe").parent_path().parent_path() / "train" / "demask-train";
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    tune(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "demask-tune: {}\n", error.what());
    return 1;
  }
  return 0;
}

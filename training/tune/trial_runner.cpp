// SPDX-License-Identifier: Apache-2.0
#include "tune/trial_runner.hpp"

#include <fmt/format.h>

#include <utility>

#include "data/csv.hpp"
#include "demask/error.hpp"
#include "tune/run_command.hpp"

namespace demask::training {
namespace {

// Mean of the accuracies in the last line of a run's validation.csv.
double last_accuracy(const std::filesystem::path& run) {
  const CsvTable table = CsvTable::read(run / "validation.csv");
  if (table.rows() == 0) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: holds no figures; remove the folder of the trial",
                            (run / "validation.csv").string()));
  }
  const std::size_t last = table.rows() - 1;
  const float masked = table.number(last, table.column("accuracy_masked"));
  const float bare = table.number(last, table.column("accuracy_bare"));
  return 0.5 * (static_cast<double>(masked) + static_cast<double>(bare));
}

}  // namespace

TrialRunner::TrialRunner(TrialPaths paths, std::vector<GenderSettings> settings, int batch,
                         int threads, std::uint64_t seed)
    : paths_(std::move(paths)),
      settings_(std::move(settings)),
      batch_(batch),
      threads_(threads),
      seed_(seed) {}

std::filesystem::path TrialRunner::folder(std::size_t trial) const {
  return paths_.run / fmt::format("trial{:02}", trial);
}

void TrialRunner::export_network(std::size_t trial) const {
  const GenderSettings& settings = settings_[trial];
  std::vector<std::string> words = {paths_.python.string(),  paths_.exporter.string(),
                                    "gender_classifier",     "--out",
                                    folder(trial).string(),  "--seed",
                                    fmt::format("{}", seed_)};
  words.emplace_back("--widths");
  for (const int width : settings.widths) {
    words.push_back(fmt::format("{}", width));
  }
  words.insert(words.end(), {"--dropout", fmt::format("{:.4f}", settings.dropout)});
  run_command(words, folder(trial) / "export.log");
}

double TrialRunner::evaluate(std::size_t trial, double minutes) const {
  const std::filesystem::path run = folder(trial);
  std::error_code error;
  std::filesystem::create_directories(run, error);
  if (!std::filesystem::is_directory(run)) {
    throw Error(ErrorCode::unwritable_file,
                fmt::format("{}: cannot be created; choose another --run", run.string()));
  }
  const std::filesystem::path network = run / "gender_classifier.pt";
  if (!std::filesystem::exists(network)) {
    export_network(trial);
  }
  const auto text = [](auto value) { return fmt::format("{}", value); };
  run_command({paths_.trainer.string(), "gender", "--data", paths_.data.string(), "--init",
               network.string(), "--run", run.string(), "--minutes", text(minutes), "--lr",
               text(settings_[trial].learning_rate), "--batch", text(batch_), "--threads",
               text(threads_), "--seed", text(seed_)},
              run / "train.log");
  return last_accuracy(run);
}

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Trains and scores the trials of a search.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "tune/search_space.hpp"

namespace demask::training {

/// The folders of a search and the programs that it runs.
struct TrialPaths {
  std::filesystem::path data;      ///< The --data folder of demask-train.
  std::filesystem::path run;       ///< Folder of the search; each trial has a subfolder.
  std::filesystem::path python;    ///< A Python with PyTorch, for the exporter.
  std::filesystem::path exporter;  ///< models/architectures/export.py
  std::filesystem::path trainer;   ///< demask-train
};

/// Trains the gender classifier with given settings, one trial at a time. A trial resumes from its
/// checkpoint when it is given more time or when the search was interrupted.
class TrialRunner {
 public:
  TrialRunner(TrialPaths paths, std::vector<GenderSettings> settings, int batch, int threads,
              std::uint64_t seed);

  /// Trains trial `trial` until it has had `minutes` in total.
  /// @return the mean of the accuracies on masked and on bare faces of the validation split.
  /// @throws Error internal if a program fails, unreadable_file if it leaves no figures.
  double evaluate(std::size_t trial, double minutes) const;

 private:
  std::filesystem::path folder(std::size_t trial) const;
  void export_network(std::size_t trial) const;

  TrialPaths paths_;
  std::vector<GenderSettings> settings_;
  int batch_;
  int threads_;
  std::uint64_t seed_;
};

}  // namespace demask::training

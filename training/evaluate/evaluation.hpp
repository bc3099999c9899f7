// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The evaluation of each stage of a bundle, and its options.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "demask/model_bundle.hpp"
#include "demask/quality.hpp"
#include "demask/runtime_options.hpp"
#include "evaluate/case_sheet.hpp"
#include "evaluate/report.hpp"

namespace demask::training {

struct EvaluationOptions {
  std::filesystem::path models;  ///< Empty: the default bundle.
  std::filesystem::path data;
  std::string split = "test";
  std::set<std::string> stages;  ///< From evaluation_stages(); empty: all that can be evaluated.
  std::size_t limit = 0;         ///< Maximum number of faces or photos per stage; 0: all.
  std::uint64_t seed = 0;
  std::filesystem::path teachers;              ///< Folder of teachers; empty: beside the data.
  std::filesystem::path teacher;               ///< Face embedding; empty: from `teachers`.
  std::vector<std::filesystem::path> against;  ///< Bundles whose inpainters are baselines.
  std::filesystem::path json;                  ///< Empty: not written.
  std::filesystem::path sheet;                 ///< Empty: not drawn.
  std::filesystem::path worst;  ///< Folder for sheets of the worst cases; empty: not drawn.
  /// How carefully the stages hd, pairs and variants paint: the figures of the first have no
  /// suffix, and variants uses only that.
  std::vector<Quality> qualities = {Quality::fine};
  RuntimeOptions runtime;
};

/// Inputs and outputs that the evaluations of all stages share.
struct Evaluation {
  const EvaluationOptions& options;
  const ModelBundle& bundle;
  Report& report;
  CaseSheet& cases;
};

/// Names of the stages, in the order in which they are evaluated.
const std::vector<std::string>& evaluation_stages();

/// Evaluates the stages, prints the table and writes the files named in the options.
/// @throws Error for unreadable data, unwritable files, or a chosen stage that cannot be evaluated.
void evaluate(const EvaluationOptions& options);

void evaluate_detector(const Evaluation& evaluation);
void evaluate_segmenter(const Evaluation& evaluation);
void evaluate_landmarks(const Evaluation& evaluation);
void evaluate_gender(const Evaluation& evaluation);
void evaluate_inpainter(const Evaluation& evaluation);
void evaluate_pipeline(const Evaluation& evaluation);
void evaluate_video(const Evaluation& evaluation);
void evaluate_hd(const Evaluation& evaluation);
void evaluate_pairs(const Evaluation& evaluation);
void evaluate_variants(const Evaluation& evaluation);
void evaluate_reference(const Evaluation& evaluation);
void evaluate_tint(const Evaluation& evaluation);

}  // namespace demask::training

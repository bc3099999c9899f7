// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/face_annotator.hpp"
#include "data/json_file.hpp"
#include "demask/error.hpp"
#include "evaluate/teachers.hpp"

namespace demask::training {
namespace {

// The evaluation of a stage, and the models, the table and the teachers that it needs.
struct StageEvaluation {
  std::string name;
  std::vector<Stage> models;
  std::string table;
  void (*run)(const Evaluation&);
  std::vector<std::string> teachers = {};
};

const std::vector<StageEvaluation>& stage_evaluations() {
  static const std::vector<StageEvaluation> all = {
      {"detector", {Stage::face_detector}, "masked.csv", evaluate_detector},
      {"segmenter", {Stage::segmenter}, "faces.csv", evaluate_segmenter},
      {"landmarks", {Stage::landmark_detector}, "faces.csv", evaluate_landmarks},
      {"gender", {Stage::gender_classifier}, "faces.csv", evaluate_gender},
      {"inpainter",
       {Stage::inpainter_female, Stage::inpainter_male},
       "faces.csv",
       evaluate_inpainter},
      {"pipeline",
       {Stage::face_detector, Stage::segmenter, Stage::landmark_detector, Stage::gender_classifier,
        Stage::inpainter_female, Stage::inpainter_male},
       "faces.csv",
       evaluate_pipeline},
      {"video",
       {Stage::face_detector, Stage::segmenter, Stage::landmark_detector, Stage::gender_classifier,
        Stage::inpainter_female, Stage::inpainter_male},
       "faces.csv",
       evaluate_video},
      {"hd",
       {Stage::face_detector, Stage::segmenter, Stage::landmark_detector, Stage::gender_classifier,
        Stage::inpainter_female, Stage::inpainter_male},
       "hd/faces.csv",
       evaluate_hd,
       {image_features_name, face_embedding_name}},
      {"pairs",
       {Stage::face_detector, Stage::segmenter, Stage::landmark_detector, Stage::gender_classifier,
        Stage::inpainter_female, Stage::inpainter_male},
       "pairs/index.csv",
       evaluate_pairs,
       {image_features_name}},
      {"variants",
       {Stage::face_detector, Stage::segmenter, Stage::landmark_detector, Stage::gender_classifier,
        Stage::inpainter_female, Stage::inpainter_male, Stage::shape_model},
       "hd/faces.csv",
       evaluate_variants,
       {image_features_name}},
      {"reference",
       {Stage::face_detector, Stage::segmenter, Stage::landmark_detector, Stage::gender_classifier,
        Stage::inpainter_female, Stage::inpainter_male},
       "faces.csv",
       evaluate_reference,
       {image_features_name, face_embedding_name}},
      {"tint",
       {Stage::face_detector, Stage::landmark_detector, Stage::gender_classifier,
        Stage::inpainter_female, Stage::inpainter_male},
       "hd/parsing_classes.csv",
       evaluate_tint}};
  return all;
}

// Why the stage cannot be evaluated; empty if it can.
std::string obstacle(const StageEvaluation& stage, const Evaluation& evaluation) {
  for (const Stage model : stage.models) {
    if (!evaluation.bundle.has(model)) {
      return fmt::format("the bundle has no {}", to_string(model));
    }
  }
  if (!std::filesystem::exists(evaluation.options.data / stage.table)) {
    return fmt::format("the data has no {}", stage.table);
  }
  for (const std::string& teacher : stage.teachers) {
    const std::filesystem::path file = teacher_file(evaluation.options, teacher);
    if (!std::filesystem::exists(file)) {
      return fmt::format("there is no teacher {} (--teachers)", file.string());
    }
  }
  return "";
}

}  // namespace

const std::vector<std::string>& evaluation_stages() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const StageEvaluation& stage : stage_evaluations()) {
      result.push_back(stage.name);
    }
    return result;
  }();
  return names;
}

void evaluate(const EvaluationOptions& options) {
  const ModelBundle bundle = open_bundle(options.models);
  Report report;
  CaseSheet cases(!options.sheet.empty() || !options.worst.empty());
  const Evaluation evaluation{options, bundle, report, cases};
  for (const StageEvaluation& stage : stage_evaluations()) {
    if (!options.stages.empty() && options.stages.count(stage.name) == 0) {
      continue;
    }
    const std::string reason = obstacle(stage, evaluation);
    if (reason.empty()) {
      stage.run(evaluation);
    } else if (options.stages.empty()) {
      report.note(fmt::format("{} is left out: {}", stage.name, reason));
    } else {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{}: {}; give another bundle, data set or folder of teachers",
                              stage.name, reason));
    }
  }
  fmt::print("{} {}, split '{}', seed {}\n", bundle.name(), bundle.version(), options.split,
             options.seed);
  report.print();
  if (!options.json.empty()) {
    write_json(options.json, report.json());
  }
  if (!options.sheet.empty()) {
    cases.write(options.sheet);
  }
  if (!options.worst.empty()) {
    cases.write_worst(options.worst);
  }
}

}  // namespace demask::training

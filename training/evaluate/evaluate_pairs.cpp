// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <utility>

#include "data/face_dataset.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/hole_quality.hpp"
#include "evaluate/mask_pairs.hpp"
#include "evaluate/reconstructors.hpp"
#include "evaluate/shown_batches.hpp"
#include "evaluate/teachers.hpp"

namespace demask::training {
namespace {

using Summaries = std::map<std::string, HoleSummary>;  // by suffix

// Returns false if the two pictures do not differ.
bool measure(const MaskPair& pair, const FeatureNetwork& features,
             const std::vector<NamedReconstructor>& reconstructors, Summaries& summaries,
             CaseSheet& cases) {
  const cv::Mat masked = read_rgb(pair.masked);
  const cv::Mat bare = read_rgb(pair.bare);
  const cv::Mat hole = mask_of_pair(masked, bare);
  if (cv::countNonZero(hole) == 0) {
    return false;
  }
  HoleTruth truth;
  truth.rgb = bare;
  truth.hole = hole;
  truth.groups.push_back("worn." + pair.worn);
  const HoleJudge judge(std::move(truth), features, nullptr);
  for (const NamedReconstructor& named : reconstructors) {
    const PaintedPhoto painted = paint(named, masked, hole, false);
    const HoleQuality quality = judge.judge(painted.rgb);
    summaries[named.suffix].add(judge, quality, painted.found, true);
    if (named.suffix.empty()) {
      add_hole_case("pairs", masked, painted.rgb, judge.truth(), quality, cases);
    }
  }
  return true;
}

}  // namespace

void evaluate_pairs(const Evaluation& evaluation) {
  const EvaluationOptions& options = evaluation.options;
  const FeatureNetwork features(teacher_file(options, image_features_name),
                                teacher_runtime(options));
  const std::vector<NamedReconstructor> reconstructors = make_reconstructors(evaluation);
  const std::vector<MaskPair> pairs = read_mask_pairs(options);
  Summaries summaries;
  std::size_t without_mask = 0;
  in_shown_batches(pairs.size(), "pairs", [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      if (!measure(pairs[i], features, reconstructors, summaries, evaluation.cases)) {
        ++without_mask;
      }
    }
  });
  if (without_mask > 0) {
    evaluation.report.note(
        fmt::format("pairs: {} left out because the pictures do not differ", without_mask));
  }
  for (const auto& [suffix, summary] : summaries) {
    summary.report("pairs", suffix, evaluation.report);
  }
}

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#include "pipeline/gender_step.hpp"

#include <vector>

#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

// Classifies faces from this photo or frame alone.
void estimate_gender(Call& call, const Faces& faces) {
  const GenderClassifier& classifier = call.stages.gender_classifier();
  call.in_batches(PipelineStep::gender, faces, [&classifier](const Faces& batch) {
    std::vector<ImageView> views;
    for (const Face* face : batch) {
      views.push_back(face->result.aligned_before.view());
    }
    const std::vector<GenderEstimate> estimates = classifier.classify(views);
    check_genders(estimates, batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->estimate = estimates[i];
    }
  });
}

}  // namespace

void choose_gender(Call& call) {
  const ReconstructOptions& options = call.options;
  if (options.gender != GenderChoice::automatic) {
    const Gender gender = options.gender == GenderChoice::female ? Gender::female : Gender::male;
    for (Face* face : call.active_faces()) {
      face->result.gender = GenderEstimate{gender, 1.0F};
    }
    return;
  }
  Faces wanting;
  for (Face* face : call.active_faces()) {
    if (face->history->wants_gender(face->time)) {
      wanting.push_back(face);
    }
  }
  if (!wanting.empty()) {
    estimate_gender(call, wanting);
  }
  for (Face* face : call.active_faces()) {
    const GenderEstimate gender = face->history->decide_gender(face->estimate);
    face->result.gender = gender;
    face->result.gender_uncertain = gender.probability < 0.5F + options.gender_margin;
  }
}

}  // namespace demask::pipeline

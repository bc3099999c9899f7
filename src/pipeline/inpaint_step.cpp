// SPDX-License-Identifier: Apache-2.0
#include "pipeline/inpaint_step.hpp"

#include <utility>
#include <vector>

#include "pipeline/prior_painting.hpp"
#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

// The faces that one generator paints, and the field of their results that receives the painting.
struct Painting {
  Gender gender = Gender::female;
  Image FaceResult::*target = nullptr;
  Faces faces = {};
};

// All paintings, in the order in which the generators run.
std::vector<Painting> paintings_of(Call& call) {
  std::vector<Painting> paintings;
  for (const Gender gender : {Gender::female, Gender::male}) {
    Painting chosen{gender, &FaceResult::aligned_after};
    Painting alternative{gender, &FaceResult::aligned_alternative};
    for (Face* face : call.active_faces()) {
      if (face->result.gender->gender == gender) {
        chosen.faces.push_back(face);
      } else if (call.options.both_when_uncertain && face->result.gender_uncertain) {
        alternative.faces.push_back(face);
      }
    }
    paintings.push_back(std::move(chosen));
    paintings.push_back(std::move(alternative));
  }
  return paintings;
}

void paint(Call& call, const Painting& painting, Tally& tally) {
  if (painting.faces.empty()) {
    return;
  }
  const Inpainter& inpainter = call.stages.inpainter(painting.gender);
  call.in_batches(PipelineStep::inpaint, painting.faces, tally, [&](const Faces& batch) {
    std::vector<InpaintInput> inputs;
    for (const Face* face : batch) {
      inputs.push_back({face->result.aligned_before.view(), face->result.aligned_mask.view(),
                        face->canonical_landmarks});
    }
    std::vector<Image> painted = inpainter.inpaint(inputs);
    check_painted(painted, inputs, painting.gender);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->result.*painting.target = std::move(painted[i]);
    }
  });
}

}  // namespace

void inpaint(Call& call) {
  const std::vector<Painting> paintings = paintings_of(call);
  const Faces faces = call.active_faces();
  Tally tally;
  for (const Painting& painting : paintings) {
    tally.total += painting.faces.size();
  }
  if (tally.total == 0) {
    return;
  }
  if (paints_with_prior(call)) {
    tally.total += faces.size() * prior_units(call);
  }
  for (const Painting& painting : paintings) {
    paint(call, painting, tally);
  }
  if (paints_with_prior(call)) {
    paint_with_prior(call, faces, tally);
  }
  for (Face* face : call.active_faces()) {
    face->history->blend_painted(face->result.aligned_after, face->hole(), face->time, face->scale);
  }
  call.report(PipelineStep::inpaint, tally);
}

}  // namespace demask::pipeline

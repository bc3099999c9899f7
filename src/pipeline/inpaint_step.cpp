// SPDX-License-Identifier: Apache-2.0
#include "pipeline/inpaint_step.hpp"

#include <utility>
#include <vector>

#include "pipeline/face_picture.hpp"
#include "pipeline/prior_painting.hpp"
#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

// The faces that one generator paints, and which picture of each.
struct Painting {
  Gender gender = Gender::female;
  FacePicture picture;
  Faces faces = {};
};

// All paintings, in the order in which the generators run.
std::vector<Painting> paintings_of(Call& call) {
  std::vector<Painting> paintings;
  for (const Gender gender : {Gender::female, Gender::male}) {
    Painting chosen{gender, FacePicture::answer(0)};
    Painting alternative{gender, FacePicture::alternative()};
    for (Face* face : call.active_faces()) {
      if (face->result.gender->gender == gender) {
        chosen.faces.push_back(face);
      } else if (call.options.both_when_uncertain && face->result.gender_uncertain) {
        alternative.faces.push_back(face);
      }
    }
    for (int variant = 1; variant < call.options.variants; ++variant) {
      paintings.push_back({gender, FacePicture::answer(variant), chosen.faces});
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
    for (Face* face : batch) {
      inputs.push_back({face->result.aligned_before.view(), face->result.aligned_mask.view(),
                        painting.picture.landmarks_of(*face)});
    }
    std::vector<Image> painted = inpainter.inpaint(inputs);
    check_painted(painted, inputs, painting.gender);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      painting.picture.of(*batch[i]) = std::move(painted[i]);
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
    tally.total +=
        faces.size() * prior_units(call) * static_cast<std::size_t>(call.options.variants);
  }
  for (const Painting& painting : paintings) {
    paint(call, painting, tally);
  }
  if (paints_with_prior(call)) {
    for (int variant = 0; variant < call.options.variants; ++variant) {
      paint_with_prior(call, faces, FacePicture::answer(variant), tally);
    }
  }
  for (Face* face : call.active_faces()) {
    face->history->blend_painted(face->result.aligned_after, face->hole(), face->time, face->scale);
    if (!face->result.variants.empty()) {
      face->result.variants.front().aligned = face->result.aligned_after;
    }
  }
  call.report(PipelineStep::inpaint, tally);
}

}  // namespace demask::pipeline

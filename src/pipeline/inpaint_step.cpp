// SPDX-License-Identifier: Apache-2.0
#include "pipeline/inpaint_step.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/batches.hpp"
#include "pipeline/face_picture.hpp"
#include "pipeline/prior_painting.hpp"
#include "pipeline/reference_painting.hpp"
#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

// Faces that one generator paints together, and which pictures of each.
struct Painting {
  Gender gender = Gender::female;
  std::vector<FacePicture> pictures;
  Faces faces = {};
};

// Divides the faces into paintings of about `max_batch` pictures.
void add_paintings(Gender gender, const std::vector<FacePicture>& pictures, const Faces& faces,
                   std::vector<Painting>& paintings) {
  const std::size_t together = std::max<std::size_t>(1, core::max_batch / pictures.size());
  core::for_each_batch(faces.size(), together, [&](std::size_t first, std::size_t count) {
    const auto from = faces.begin() + static_cast<std::ptrdiff_t>(first);
    paintings.push_back({gender, pictures, {from, from + static_cast<std::ptrdiff_t>(count)}});
  });
}

// All paintings, in the order in which the generators run.
std::vector<Painting> paintings_of(Call& call) {
  std::vector<FacePicture> answers;
  answers.reserve(static_cast<std::size_t>(call.options.variants));
  for (int variant = 0; variant < call.options.variants; ++variant) {
    answers.push_back(FacePicture::answer(variant));
  }
  std::vector<Painting> paintings;
  for (const Gender gender : {Gender::female, Gender::male}) {
    Faces chosen;
    Faces uncertain;
    for (Face* face : call.active_faces()) {
      if (face->result.gender->gender == gender) {
        chosen.push_back(face);
      } else if (call.options.both_when_uncertain && face->result.gender_uncertain) {
        uncertain.push_back(face);
      }
    }
    add_paintings(gender, answers, chosen, paintings);
    add_paintings(gender, {FacePicture::alternative()}, uncertain, paintings);
  }
  return paintings;
}

void paint(Call& call, const Painting& painting, Tally& tally) {
  const Inpainter& inpainter = call.stages.inpainter(painting.gender);
  call.in_batches(PipelineStep::inpaint, painting.faces, tally, [&](const Faces& batch) {
    std::vector<InpaintInput> inputs;
    for (Face* face : batch) {
      for (const FacePicture& picture : painting.pictures) {
        inputs.push_back({face->result.aligned_before.view(), face->result.aligned_mask.view(),
                          picture.landmarks_of(*face)});
      }
    }
    std::vector<Image> painted = inpainter.inpaint(inputs);
    check_painted(painted, inputs, painting.gender);
    auto next = painted.begin();
    for (Face* face : batch) {
      for (const FacePicture& picture : painting.pictures) {
        picture.of(*face) = std::move(*next++);
      }
    }
  });
}

void paint_references(Call& call, const std::vector<Painting>& paintings) {
  for (const Painting& painting : paintings) {
    const auto photo_of = [&](std::size_t i) { return painting.faces[i]->photo_index; };
    call.at_once(painting.faces.size(), photo_of, [&](std::size_t i) {
      Face& face = *painting.faces[i];
      if (face.active && face.reference) {
        for (const FacePicture& picture : painting.pictures) {
          paint_reference(face, picture);
        }
      }
    });
  }
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
  paint_references(call, paintings);
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

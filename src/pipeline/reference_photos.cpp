// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reference_photos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "demask/error.hpp"
#include "pipeline/align_step.hpp"
#include "pipeline/call.hpp"
#include "pipeline/detect_step.hpp"
#include "pipeline/landmark_step.hpp"
#include "pipeline/reasons.hpp"
#include "pipeline/segment_step.hpp"

namespace demask::pipeline {
namespace {

// A face whose box overlaps the given one by less is another one.
constexpr float min_overlap = 0.3F;

// The options for one reference photo.
ReconstructOptions options_for(const StageProvider& stages, const ReferencePhoto& reference,
                               const ReconstructOptions& of_call) {
  ReconstructOptions options;
  options.quality = Quality::fast;
  options.max_pixels = of_call.max_pixels;
  options.cancelled = of_call.cancelled;
  if (reference.box && stages.finds_faces_by_masks()) {
    options.boxes = {*reference.box};  // No detector finds bare faces.
  }
  return options;
}

// The face that the reference names, and the others finished; null if there is none.
Face* choose_face(Call& call, const ReferencePhoto& reference) {
  const auto fit = [&reference](const Face& face) {
    return reference.box ? intersection_over_union(face.result.box, *reference.box)
                         : face.result.box.area();
  };
  const auto best =
      std::max_element(call.faces.begin(), call.faces.end(),
                       [&fit](const Face& a, const Face& b) { return fit(a) < fit(b); });
  if (best == call.faces.end() || (reference.box && fit(*best) < min_overlap)) {
    return nullptr;
  }
  for (Face& face : call.faces) {
    if (&face != &*best) {
      face.finish(FaceStatus::not_selected, "");
    }
  }
  return &*best;
}

void rethrow_error(const Call& call) {
  if (const std::optional<Error>& error = call.photos.front().outcome.error) {
    throw Error(error->code(), fmt::format("references: {}", error->what()));
  }
}

// Looks for a mask on the chosen face and sets landmarks or reason.
void look_at_face(Call& call, Reference& reference) {
  find_landmarks(call);
  for (Face* face : call.active_faces()) {
    align(*face);
  }
  finish_uncertain_faces(call);
  segment(call);
  rethrow_error(call);
  // Looking again at a face may have replaced the list of faces.
  const auto shown = std::find_if(call.faces.begin(), call.faces.end(), [](const Face& face) {
    return face.active || !face.result.reason.empty();
  });
  if (shown == call.faces.end()) {
    reference.reason = reference_without_face();
  } else if (shown->active) {
    reference.reason = masked_reference();
  } else if (shown->result.status == FaceStatus::no_mask) {
    reference.landmarks = shown->result.landmarks;
  } else {
    reference.reason = unusable_reference(shown->result.reason);
  }
}

Reference look_at(const StageProvider& stages, const ReferencePhoto& given,
                  const ReconstructOptions& of_call) {
  Reference reference{given.photo, given.face_index, {}, {}};
  const std::vector<ImageView> photos = {given.photo};
  const ReconstructOptions options = options_for(stages, given, of_call);
  Call call(stages, photos, options);
  detect(call);
  rethrow_error(call);
  if (choose_face(call, given) == nullptr) {
    reference.reason = given.box ? reference_without_face_at(*given.box) : reference_without_face();
    return reference;
  }
  look_at_face(call, reference);
  return reference;
}

}  // namespace

std::vector<Reference> find_references(const StageProvider& stages,
                                       const ReconstructOptions& options) {
  std::vector<Reference> references;
  references.reserve(options.references.size());
  for (const ReferencePhoto& given : options.references) {
    references.push_back(look_at(stages, given, options));
  }
  return references;
}

}  // namespace demask::pipeline

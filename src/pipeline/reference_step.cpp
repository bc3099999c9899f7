// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reference_step.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/face_pose.hpp"
#include "pipeline/reasons.hpp"
#include "pipeline/reference_painting.hpp"
#include "pipeline/reference_photos.hpp"
#include "pipeline/shape_step.hpp"

namespace demask::pipeline {
namespace {

// The references of one face.
struct Wanted {
  Face* face = nullptr;
  std::vector<const Reference*> references;
};

// The largest active face of a photo; null if there is none.
Face* largest_face(const Faces& faces, std::size_t photo) {
  Face* largest = nullptr;
  for (Face* face : faces) {
    if (face->photo_index == photo &&
        (largest == nullptr || face->result.box.area() > largest->result.box.area())) {
      largest = face;
    }
  }
  return largest;
}

std::vector<Wanted> wanted_by(const Faces& faces, const std::vector<Reference>& references) {
  std::vector<Wanted> all;
  for (Face* face : faces) {
    const bool is_largest = largest_face(faces, face->photo_index) == face;
    Wanted wanted{face, {}};
    for (const Reference& reference : references) {
      if (reference.face_index ? *reference.face_index == face->number : is_largest) {
        wanted.references.push_back(&reference);
      }
    }
    if (!wanted.references.empty()) {
      all.push_back(std::move(wanted));
    }
  }
  return all;
}

double turned(const Reference& reference, const Face& face) {
  return std::abs(core::yaw_degrees(reference.landmarks) -
                  core::yaw_degrees(face.canonical_landmarks));
}

void refuse(Face& face, std::string reason) {
  face.result.reference = ReferenceUse::refused;
  face.result.reference_reason = std::move(reason);
}

// Takes the shape, and the pixels if they fit.
void take(const Call& call, const Reference& reference, Face& face) {
  ReferenceFace shown = in_square_of(face, reference);
  const double likeness = likeness_of(shown, face);
  std::fprintf(stderr, "TUNE like %.4f turn %.1f enl %.2f\n", likeness, turned(reference, face), enlargement_of(reference, face));
  if (std::getenv("T_REFUSE") == nullptr && likeness < min_likeness) {
    refuse(face, unlike_reference(likeness, min_likeness));
    return;
  }
  if (call.stages.has_shape_model()) {
    take_shape(call, shown.landmarks, face);
  }
  face.result.reference = ReferenceUse::shape;
  const double degrees = turned(reference, face);
  const double enlargement = enlargement_of(reference, face);
  if (degrees > max_turn) {
    face.result.reference_reason = turned_reference(degrees, max_turn);
  } else if (enlargement > max_enlargement) {
    face.result.reference_reason = small_reference(enlargement, max_enlargement);
  } else {
    face.result.reference = ReferenceUse::pixels;
    face.reference = std::make_shared<const ReferenceFace>(std::move(shown));
  }
}

// Takes what it can from the reference whose head is turned most like the face.
void take_nearest(const Call& call, const Wanted& wanted) {
  const Reference* nearest = nullptr;
  for (const Reference* reference : wanted.references) {
    if (!reference->landmarks.empty() &&
        (nearest == nullptr || turned(*reference, *wanted.face) < turned(*nearest, *wanted.face))) {
      nearest = reference;
    }
  }
  if (nearest == nullptr) {
    refuse(*wanted.face, wanted.references.front()->reason);
  } else {
    take(call, *nearest, *wanted.face);
  }
}

}  // namespace

void use_references(Call& call) {
  const Faces faces = call.active_faces();
  if (faces.empty() || (call.options.references.empty() && !call.references)) {
    return;
  }
  if (!call.references) {
    timed(PipelineStep::landmarks, faces,
          [&] { call.references = find_references(call.stages, call.options); });
  }
  const std::vector<Wanted> all = wanted_by(faces, *call.references);
  const auto photo_of = [&](std::size_t i) { return all[i].face->photo_index; };
  call.at_once(all.size(), photo_of, [&](std::size_t i) { take_nearest(call, all[i]); });
}

}  // namespace demask::pipeline

// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reference_step.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
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

// Why the pixels of a reference do not fit; empty if they do.
std::string obstacle_to_pixels(const Reference& reference, const Face& face) {
  const double degrees = turned(reference, face);
  if (degrees > max_turn) {
    return turned_reference(degrees, max_turn);
  }
  const double enlargement = enlargement_of(reference, face);
  return enlargement > max_enlargement ? small_reference(enlargement, max_enlargement)
                                       : std::string();
}

// Takes the shape, and the pixels if they fit. Sets what was taken and why no more.
void take(const Call& call, const Reference& reference, Face& face) {
  if (reference.landmarks.empty()) {
    refuse(face, reference.reason);
    return;
  }
  ReferenceFace shown = in_square_of(face, reference);
  const double likeness = likeness_of(shown, face);
  if (likeness < min_likeness) {
    refuse(face, unlike_reference(likeness, min_likeness));
    return;
  }
  std::string obstacle = obstacle_to_pixels(reference, face);
  if (!obstacle.empty() && !call.stages.has_shape_model()) {
    refuse(face, std::move(obstacle));
    return;
  }
  face.result.reference = obstacle.empty() ? ReferenceUse::pixels : ReferenceUse::shape;
  face.result.reference_reason = std::move(obstacle);
  shown.likeness = likeness;
  if (call.stages.has_shape_model()) {
    take_shape(call, shown.landmarks, face);
  }
  if (face.result.reference == ReferenceUse::pixels) {
    face.reference = std::make_shared<const ReferenceFace>(std::move(shown));
  }
}

// Takes what it can from the reference whose head is turned most like the face, among those that
// are not refused.
void take_nearest(const Call& call, Wanted wanted) {
  const auto turn = [&wanted](const Reference* reference) {
    return reference->landmarks.empty() ? std::numeric_limits<double>::infinity()
                                        : turned(*reference, *wanted.face);
  };
  std::stable_sort(wanted.references.begin(), wanted.references.end(),
                   [&turn](const Reference* a, const Reference* b) { return turn(a) < turn(b); });
  std::string first_reason;
  for (const Reference* reference : wanted.references) {
    take(call, *reference, *wanted.face);
    if (wanted.face->result.reference != ReferenceUse::refused) {
      return;
    }
    if (first_reason.empty()) {
      first_reason = wanted.face->result.reference_reason;
    }
  }
  refuse(*wanted.face, std::move(first_reason));
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

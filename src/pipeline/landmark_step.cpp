// SPDX-License-Identifier: Apache-2.0
#include "pipeline/landmark_step.hpp"

#include <utility>

#include "pipeline/landmark_search.hpp"
#include "pipeline/reasons.hpp"
#include "pipeline/second_look.hpp"
#include "pipeline/small_masks.hpp"
#include "pipeline/stage_checks.hpp"

namespace demask::pipeline {
namespace {

// Blur makes the landmarks of small faces less certain, though not less right, so that this share
// of the detector's own minimum suffices for them.
constexpr float share_if_small = 0.86F;

// The required mean confidence: the caller's, or else the detector's own.
float min_confidence_of(const Call& call) {
  if (call.options.min_landmark_confidence) {
    return *call.options.min_landmark_confidence;
  }
  const float own = call.stages.landmark_detector().min_confidence();
  check_min_confidence(own);
  return own;
}

}  // namespace

void find_landmarks(Call& call) {
  Faces wanting;
  for (Face* face : call.active_faces()) {
    if (face->result.landmarks.empty()) {
      wanting.push_back(face);
    }
  }
  if (wanting.empty()) {
    return;
  }
  const LandmarkDetector& detector = call.stages.landmark_detector();
  Faces moved;
  call.in_batches(PipelineStep::landmarks, wanting, [&](const Faces& batch) {
    std::vector<FaceRegion> regions;
    for (const Face* face : batch) {
      regions.push_back({face->photo, face->result.box, face->roll});
    }
    std::vector<Landmarks> found = detect_landmarks(detector, regions);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->result.landmarks = std::move(found[i]);
    }
    const Faces some = look_again_where_unsure(call, batch);
    moved.insert(moved.end(), some.begin(), some.end());
  });
  drop_doubles(call, moved);
}

void finish_uncertain_faces(Call& call) {
  const Faces faces = call.active_faces();
  if (faces.empty() || !call.options.landmarks.empty()) {
    return;
  }
  const float min_confidence = min_confidence_of(call);
  if (min_confidence == 0.0F) {
    return;
  }
  const float if_small = call.options.min_landmark_confidence ? 1.0F : share_if_small;
  for (Face* face : faces) {
    const float confidence = mean_confidence(face->result.landmarks);
    const float limit = is_small(*face) ? if_small * min_confidence : min_confidence;
    if (!face->history->trusts(confidence, limit, face->time)) {
      face->finish(FaceStatus::landmarks_unreliable, uncertain_landmarks(confidence, limit));
    }
  }
}

}  // namespace demask::pipeline

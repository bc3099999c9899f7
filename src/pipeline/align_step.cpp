// SPDX-License-Identifier: Apache-2.0
#include "pipeline/align_step.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/canonical_frame.hpp"
#include "core/landmarks.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "pipeline/reasons.hpp"

namespace demask::pipeline {
namespace {

// With eyes closer together than this, in pixels of the photo, the canonical face would be noise.
constexpr float min_eye_distance = 3.0F;

// Sides of the canonical square in pixels.
constexpr std::array<int, 5> sides = {128, 192, 256, 384, 512};

// In pixels of the photo.
float eye_distance(const Landmarks& landmarks) {
  const std::array<Point, 2> eyes = eye_centers(landmarks);
  return std::hypot(eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y);
}

void copy_photo(Photo& photo) {
  Result& result = *photo.outcome.result;
  result.photo = Image(photo.view);
  result.changed = Image(photo.view.width, photo.view.height, PixelFormat::gray);
}

}  // namespace

void copy_and_align(Call& call) {
  const PhotoIndices photos = call.good_photos();
  const Faces faces = call.active_faces();
  // On one thread, in the order of the frames: the frames of a video share a history.
  for (Face* face : faces) {
    if (call.quality() != Quality::fast && can_be_aligned(face->result.landmarks, face->photo)) {
      face->side = face->history->side(canonical_side(face->result.landmarks));
    }
  }
  const auto photo_of = [&](std::size_t i) {
    return i < photos.size() ? photos[i] : faces[i - photos.size()]->photo_index;
  };
  call.at_once(photos.size() + faces.size(), photo_of, [&](std::size_t i) {
    if (i < photos.size()) {
      copy_photo(call.photos[photos[i]]);
    } else {
      align(*faces[i - photos.size()]);
    }
  });
}

int canonical_side(const Landmarks& landmarks) {
  const double in_photo = 1.0 / canonical_similarity(landmarks, 1).scale();
  const auto* const enough =
      std::find_if(sides.begin(), sides.end(), [in_photo](int side) { return side >= in_photo; });
  return enough == sides.end() ? sides.back() : *enough;
}

void align(Face& face) {
  if (!can_be_aligned(face.result.landmarks, face.photo)) {
    face.finish(FaceStatus::landmarks_unreliable,
                unusable_eyes(eye_distance(face.result.landmarks), min_eye_distance));
    return;
  }
  face.scale = std::min(face.scale, face.history->max_scale());
  face.to_canonical = core::scaled_around_eyes(face.scale, face.side) *
                      canonical_similarity(face.result.landmarks, face.side);
  face.canonical_landmarks = core::transformed(face.result.landmarks, face.to_canonical);
  face.result.aligned_before = imaging::to_image(
      imaging::warp_to_square(face.photo, face.to_canonical, face.side), PixelFormat::rgb);
}

bool can_be_aligned(const Landmarks& landmarks, const ImageView& photo) {
  const float distance = eye_distance(landmarks);
  const auto largest = static_cast<float>(photo.width) + static_cast<float>(photo.height);
  return distance >= min_eye_distance && distance <= largest;
}

}  // namespace demask::pipeline

// SPDX-License-Identifier: Apache-2.0
#include "pipeline/segment_step.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

#include "imaging/mask_morphology.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "pipeline/align_step.hpp"
#include "pipeline/hidden_eyes.hpp"
#include "pipeline/mask_assignment.hpp"
#include "pipeline/mask_planes.hpp"
#include "pipeline/mask_room.hpp"
#include "pipeline/option_values.hpp"
#include "pipeline/reasons.hpp"
#include "pipeline/small_masks.hpp"
#include "pipeline/stage_checks.hpp"
#include "pipeline/strap_ends.hpp"

namespace demask::pipeline {
namespace {

// Size of the gaps in a mask (straps, glare, print) to close, as a fraction of the square's side.
constexpr double closing_fraction = 0.012;
// How much straps are widened, as a fraction of the square's side, so that the soft edge of the
// hole leaves none of them visible.
constexpr double strap_margin = 0.02;
// How many times a face may be scaled down to make its mask fit.
constexpr int max_shrinks = 2;

// The source of the faces' masks.
struct MaskSource {
  float threshold = 0.5F;  // The probability from which a pixel counts as mask.
  // The probabilities in the canonical square of each face.
  std::function<std::vector<MaskPlanes>(const Faces&)> find;
  float min_certainty = 0.0F;  // Of small faces; see certainty_of().
};

// The mask that a face wears, from the probabilities in its square: CV_8UC1, 0 or 255.
cv::Mat worn_mask_of(const Call& call, const Face& face, const MaskPlanes& planes,
                     float threshold) {
  std::vector<Similarity> others;
  for (const Face& other : call.faces) {
    if (&other != &face && other.photo_index == face.photo_index && other.is_aligned()) {
      // The squares of neighbors are compared at the size of this one.
      const double scale = static_cast<double>(face.side) / other.side;
      const double shift = 0.5 * (scale - 1.0);  // pixel centers lie at halves
      others.push_back(Similarity(scale, 0.0, shift, shift) * other.to_canonical);
    }
  }
  const cv::Mat mask = imaging::clean_mask(planes.mask, threshold, face.pixels(closing_fraction));
  return worn_mask(mask, face.canonical_landmarks, face.to_canonical, others);
}

// If a face's mask extends below the square, scales the face down and finds its mask again.
void make_room(const Call& call, const MaskSource& source, Face& face, MaskPlanes& planes) {
  const auto find_at = [&](double scale) {
    face.scale = scale;
    align(face);
    planes = source.find({&face}).front();
  };
  // An earlier frame may have reduced the scale since this one was aligned.
  if (face.history->max_scale() < face.scale) {
    find_at(face.history->max_scale());
  }
  for (int shrinks = 0; shrinks < max_shrinks && reaches_lower_side(planes, source.threshold) &&
                        goes_on_below(face.photo, face.to_canonical, face.side);
       ++shrinks) {
    const double fitting =
        face.scale * scale_that_fits(worn_mask_of(call, face, planes, source.threshold));
    const double scale = std::max(fitting, min_face_scale);
    if (!(scale < face.scale)) {
      break;
    }
    find_at(scale);
  }
  face.history->keep_scale(face.scale);
}

// The mask, dilated, with its straps. Sets `face.straps_leave`.
cv::Mat hole_of(Face& face, const cv::Mat& mask, const MaskPlanes& planes, float dilation) {
  cv::Mat hole = imaging::dilate_mask(mask, face.pixels(static_cast<double>(dilation)));
  if (planes.straps.empty()) {
    return hole;
  }
  const cv::Mat straps = imaging::strap_pixels(planes.mask, planes.straps, strap_threshold);
  hole = imaging::with_straps(hole, straps, face.pixels(strap_margin),
                              face.pixels(imaging::strap_gap));
  face.straps_leave = straps_leave(straps, hole, face.photo, face.to_canonical);
  return hole;
}

// Finishes a small face with an uncertain mask, parts of which would stay.
void finish_if_uncertain(Face& face, const MaskPlanes& planes, float min_certainty) {
  if (!is_small(face) || min_certainty == 0.0F) {
    return;
  }
  const float certainty = certainty_of(planes.mask);
  if (!face.history->trusts_mask(certainty, min_certainty, face.time)) {
    face.finish(FaceStatus::too_small, uncertain_mask(face.result.box, certainty, min_certainty));
    face.result.aligned_mask = {};
  }
}

// Makes the hole of a face from the mask it wears, or finishes the face.
void accept_mask(const Call& call, Face& face, const MaskPlanes& planes, const MaskSource& source) {
  const cv::Mat mask = worn_mask_of(call, face, planes, source.threshold);
  const double area =
      static_cast<double>(cv::countNonZero(mask)) / static_cast<double>(mask.total());
  if (area == 0.0 || area < static_cast<double>(call.options.min_mask_area)) {
    face.finish(FaceStatus::no_mask, small_mask(area, call.options.min_mask_area));
    return;
  }
  if (const auto eyes = hidden_eyes(mask, face.canonical_landmarks);
      eyes && !has_mask(call.options)) {
    face.finish(FaceStatus::landmarks_unreliable, mask_over_eyes(*eyes));
    return;
  }
  face.result.aligned_mask =
      imaging::to_image(hole_of(face, mask, planes, call.options.mask_dilation), PixelFormat::gray);
}

void find_masks(const Call& call, const MaskSource& source, const Faces& faces) {
  std::vector<MaskPlanes> planes = source.find(faces);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    make_room(call, source, *faces[i], planes[i]);
  }
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const Face& face = *faces[i];
    planes[i] = face.history->blend_mask(planes[i], face.time, face.scale);
  }
  call.stages.workers().for_each(
      faces.size(), [&](std::size_t i) { accept_mask(call, *faces[i], planes[i], source); });
  // On one thread, in the order of the frames: the frames of a video share a history.
  for (std::size_t i = 0; i < faces.size(); ++i) {
    Face& face = *faces[i];
    if (face.active) {
      finish_if_uncertain(face, planes[i], source.min_certainty);
    }
    if (face.active && !planes[i].straps.empty()) {
      face.straps_leave = face.history->follows_straps(face.straps_leave);
    }
  }
}

std::vector<MaskPlanes> masks_in_squares(const Segmenter& segmenter, const Faces& faces) {
  std::vector<ImageView> views;
  for (const Face* face : faces) {
    views.push_back(face->result.aligned_before.view());
  }
  const auto found = segmenter.segment(views);
  check_face_masks(found, views);
  std::vector<MaskPlanes> planes;
  planes.reserve(faces.size());
  for (const std::vector<MaskInstance>& of_face : found) {
    const MaskPlanes borrowed = planes_of(of_face.front());
    planes.push_back({borrowed.mask.clone(), borrowed.straps.clone()});
  }
  look_again(segmenter, faces, planes);
  return planes;
}

// Follows straps that leave the square of a face.
void find_strap_ends(const Segmenter& segmenter, const Faces& faces) {
  Faces leaving;
  std::copy_if(faces.begin(), faces.end(), std::back_inserter(leaving),
               [](const Face* face) { return face->active && face->straps_leave; });
  if (leaving.empty()) {
    return;
  }
  std::vector<ImageView> views;
  for (Face* face : leaving) {
    face->surround = imaging::warp_to_square(
        face->photo, to_surround(face->to_canonical, face->side), surround_size(face->side));
    views.push_back(imaging::as_view(face->surround, PixelFormat::rgb));
  }
  const auto found = segmenter.segment(views);
  check_face_masks(found, views);
  for (std::size_t i = 0; i < leaving.size(); ++i) {
    const MaskPlanes current = planes_of(found[i].front());
    if (current.straps.empty()) {
      continue;
    }
    Face& face = *leaving[i];
    const MaskPlanes planes = face.history->blend_surround(current, face.time, face.scale);
    face.surround_hole = with_strap_ends(
        face.hole(), imaging::strap_pixels(planes.mask, planes.straps, strap_threshold),
        face.pixels(strap_margin), face.pixels(imaging::strap_gap));
  }
}

void segment_squares(Call& call, const Segmenter& segmenter, const Faces& faces) {
  const MaskSource source{
      mask_threshold(call.options, segmenter),
      [&segmenter](const Faces& some) { return masks_in_squares(segmenter, some); }, min_certainty};
  call.in_batches(PipelineStep::segment, faces, [&](const Faces& batch) {
    find_masks(call, source, batch);
    find_strap_ends(segmenter, batch);
  });
}

// The finished faces of a photo that have been aligned.
Faces finished_faces(Call& call, std::size_t photo) {
  Faces finished;
  for (Face& face : call.faces) {
    if (!face.active && face.photo_index == photo && face.is_aligned()) {
      finished.push_back(&face);
    }
  }
  return finished;
}

// Segments the faces of one photo with a segmenter that finds masks in whole photos.
void segment_photo(Call& call, const Segmenter& segmenter, std::size_t index, const Faces& faces) {
  Photo& photo = call.photos[index];
  if (!photo.instances) {
    photo.instances = segmenter.segment(photo.view);
    check_photo_masks(*photo.instances);
  }
  const Faces finished = finished_faces(call, index);
  const auto find = [&](const Faces& some) {
    // A mask worn by a finished face must not be assigned to another face.
    Faces wearers = some;
    wearers.insert(wearers.end(), finished.begin(), finished.end());
    const std::vector<cv::Mat> masks = assign_masks(wearers, *photo.instances);
    std::vector<MaskPlanes> planes;
    for (std::size_t i = 0; i < some.size(); ++i) {
      planes.push_back({masks[i]});
    }
    return planes;
  };
  find_masks(call, {mask_threshold(call.options, segmenter), find, 0.0F}, faces);
}

void segment_photos(Call& call, const Segmenter& segmenter, const Faces& faces) {
  call.by_photo(PipelineStep::segment, faces, [&](std::size_t photo, const Faces& in_photo) {
    segment_photo(call, segmenter, photo, in_photo);
  });
}

void use_given_mask(Call& call, const Faces& faces) {
  constexpr int covered_from = 128;
  const cv::Mat levels = imaging::as_mat(given_mask(call.options));
  const cv::Mat covered =
      call.options.mask_inverted ? levels < covered_from : levels >= covered_from;
  const auto find = [&covered](const Faces& some) {
    std::vector<MaskPlanes> planes(some.size());
    for (std::size_t i = 0; i < some.size(); ++i) {
      imaging::warp_levels_to_square(covered, some[i]->to_canonical, some[i]->side)
          .convertTo(planes[i].mask, CV_32F, 1.0 / 255.0);
    }
    return planes;
  };
  const MaskSource source{0.5F, find, 0.0F};
  call.in_batches(PipelineStep::segment, faces,
                  [&](const Faces& batch) { find_masks(call, source, batch); });
}

}  // namespace

void segment(Call& call) {
  const Faces faces = call.active_faces();
  if (faces.empty()) {
    return;
  }
  if (has_mask(call.options)) {
    use_given_mask(call, faces);
    return;
  }
  const Segmenter& segmenter = call.stages.segmenter();
  if (segmenter.input() == SegmenterInput::canonical_face) {
    segment_squares(call, segmenter, faces);
  } else {
    segment_photos(call, segmenter, faces);
  }
}

}  // namespace demask::pipeline

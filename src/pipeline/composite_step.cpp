// SPDX-License-Identifier: Apache-2.0
#include "pipeline/composite_step.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "imaging/composite.hpp"
#include "imaging/mat.hpp"
#include "pipeline/photo_texture.hpp"
#include "pipeline/reasons.hpp"
#include "pipeline/strap_ends.hpp"

namespace demask::pipeline {
namespace {

// A face and where its square, or its surround if straps leave the square, lies in the photo.
struct Placed {
  Face* face = nullptr;
  imaging::Patch patch;  // The painted pixels are set by paste().
};

Placed placed(Face& face) {
  if (face.surround_hole.empty()) {
    return {&face, {{}, face.hole(), face.to_canonical, 0}};
  }
  return {&face,
          {{},
           face.surround_hole,
           to_surround(face.to_canonical, face.side),
           surround_room(face.side)}};
}

// The faces whose holes cover pixels of the photo; the others are finished.
std::vector<Placed> place(const Call& call, const Faces& faces, cv::Size photo) {
  std::vector<Placed> all;
  for (Face* face : faces) {
    all.push_back(placed(*face));
  }
  call.stages.workers().for_each(all.size(), [&](std::size_t i) {
    Face& face = *all[i].face;
    face.result.mask = imaging::project_hole(all[i].patch, photo);
    if (face.result.mask.pixels.empty()) {
      face.finish(FaceStatus::no_mask, mask_outside_photo());
    }
  });
  all.erase(
      std::remove_if(all.begin(), all.end(), [](const Placed& one) { return !one.face->active; }),
      all.end());
  return all;
}

// Splits the faces, in order, into runs in which no two faces touch the same pixels.
std::vector<std::vector<Placed*>> runs_of_faces_apart(std::vector<Placed>& faces, cv::Size photo) {
  std::vector<std::vector<Placed*>> runs;
  std::vector<cv::Rect> areas;
  for (Placed& one : faces) {
    const cv::Rect area = imaging::touched_area(one.patch, one.face->result.mask, photo);
    const bool is_apart = std::all_of(areas.begin(), areas.end(), [&area](const cv::Rect& other) {
      return (area & other).empty();
    });
    if (runs.empty() || !is_apart) {
      runs.emplace_back();
      areas.clear();
    }
    runs.back().push_back(&one);
    areas.push_back(area);
  }
  return runs;
}

// `holes` marks the holes of all faces of the photo.
void paste(const Call& call, Placed& placed, const Image& painted, const Image& holes,
           Image& photo) {
  const Face& face = *placed.face;
  const cv::Mat square = imaging::as_mat(painted.view());
  placed.patch.painted =
      placed.patch.room == 0
          ? square
          : paint_strap_ends(square, face.surround,
                             unknown_surround(face.to_canonical, face.side, holes));
  imaging::composite(placed.patch, face.result.mask, holes, call.options.blend,
                     call.stages.workers(), photo);
}

// Faces of Quality::fast are blurred beyond the inpainter's pixels, and grain would only show it.
void match_texture(Placed& placed, const Image& holes) {
  const Face& face = *placed.face;
  if (face.result.quality == Quality::fast) {
    return;
  }
  const PhotoTexture texture = photo_texture(face, holes);
  placed.patch.sharpening = texture.sharpening;
  placed.patch.noise = texture.noise;
  placed.patch.noise_seed = static_cast<std::uint32_t>(face.time.frame);
}

void paste_results(const Call& call, Placed& placed, Result& result) {
  FaceResult& face = placed.face->result;
  match_texture(placed, result.changed);
  paste(call, placed, face.aligned_after, result.changed, result.photo);
  if (!result.alternative_photo.empty()) {
    const Image& other = face.aligned_alternative;
    const imaging::Patch matched = placed.patch;
    if (!other.empty()) {  // Painted by the direct inpainter alone.
      placed.patch.sharpening = 0.0;
      placed.patch.noise = 0.0;
    }
    paste(call, placed, other.empty() ? face.aligned_after : other, result.changed,
          result.alternative_photo);
    placed.patch = matched;
  }
  for (std::size_t i = 0; i < result.variant_photos.size(); ++i) {
    const Image& variant = face.variants.empty() ? face.aligned_after : face.variants[i].aligned;
    paste(call, placed, variant, result.changed, result.variant_photos[i]);
  }
  face.status = FaceStatus::reconstructed;
}

void composite_photo(const Call& call, Photo& photo, const Faces& faces) {
  Result& result = *photo.outcome.result;
  const cv::Size size(photo.view.width, photo.view.height);
  std::vector<Placed> all = place(call, faces, size);
  bool alternative = false;
  for (const Placed& one : all) {
    alternative = alternative || !one.face->result.aligned_alternative.empty();
    // All holes are marked before the first is painted: no mask may tint its neighbor.
    imaging::mark(one.face->result.mask, result.changed);
  }
  if (alternative) {
    result.alternative_photo = result.photo;
  }
  if (call.options.variants > 1 && !all.empty()) {
    result.variant_photos.assign(static_cast<std::size_t>(call.options.variants), result.photo);
  }
  for (const std::vector<Placed*>& apart : runs_of_faces_apart(all, size)) {
    call.stages.workers().for_each(apart.size(), [&](std::size_t i) {
      timed(PipelineStep::composite, {apart[i]->face},
            [&] { paste_results(call, *apart[i], result); });
    });
  }
}

}  // namespace

void composite(Call& call) {
  std::vector<Faces> faces(call.photos.size());
  for (Face* face : call.active_faces()) {
    faces[face->photo_index].push_back(face);
  }
  Tally tally{0, call.photos.size()};
  call.for_batches(PipelineStep::composite, call.photos.size(), tally,
                   [&](std::size_t first, std::size_t count) {
                     const auto photo_of = [first](std::size_t i) { return first + i; };
                     call.at_once(count, photo_of, [&](std::size_t i) {
                       Photo& photo = call.photos[photo_of(i)];
                       if (photo.outcome.result) {
                         composite_photo(call, photo, faces[photo_of(i)]);
                       }
                     });
                   });
  for (Face& face : call.faces) {
    if (BatchResult& outcome = call.photos[face.photo_index].outcome; outcome.result) {
      outcome.result->faces.push_back(std::move(face.result));
    }
  }
  call.report(PipelineStep::composite, tally);
}

}  // namespace demask::pipeline

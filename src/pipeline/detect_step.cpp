// SPDX-License-Identifier: Apache-2.0
#include "pipeline/detect_step.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/stopwatch.hpp"
#include "pipeline/face_finder.hpp"
#include "pipeline/option_checks.hpp"
#include "pipeline/option_values.hpp"
#include "pipeline/reasons.hpp"
#include "stages/face_size.hpp"

namespace demask::pipeline {
namespace {

// The faces found in one photo, and its share of the time.
struct Search {
  FoundFaces found;
  double milliseconds = 0.0;
};

void check_photos(Call& call) {
  for (std::size_t i = 0; i < call.photos.size(); ++i) {
    Photo& photo = call.photos[i];
    call.for_photo(i, [&] {
      validate(photo.view, call.options.max_pixels);
      if (has_mask(call.options)) {
        check_given_mask(given_mask(call.options), photo.view);
      }
      photo.outcome.result.emplace();
    });
  }
}

// Starts to load the stages that faces will need, while the photos are searched for faces.
void load_ahead(const Call& call) {
  std::vector<Stage> stages;
  if (call.options.landmarks.empty()) {
    stages.push_back(Stage::landmark_detector);
  }
  if (!has_mask(call.options)) {
    stages.push_back(Stage::segmenter);
  }
  if (call.options.gender == GenderChoice::automatic) {
    stages.push_back(Stage::gender_classifier);
  }
  call.stages.load_ahead(stages);
}

std::vector<Search> search(Call& call, const PhotoIndices& photos, Tally& tally) {
  // Failing to load a model is an error of the call, not of a photo.
  const FaceFinder finder(call.stages, call.options);
  std::vector<Search> searches(call.photos.size());
  call.in_batches(PipelineStep::detect, photos, tally, [&](const PhotoIndices& batch) {
    const core::Stopwatch stopwatch;
    std::vector<ImageView> views;
    for (const std::size_t photo : batch) {
      views.push_back(call.photos[photo].view);
    }
    std::vector<FoundFaces> found = finder.find(views);
    const double each = stopwatch.milliseconds() / static_cast<double>(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      searches[batch[i]] = {std::move(found[i]), each};
    }
  });
  return searches;
}

// Finishes the faces from `first` on that are not selected or are too small. `index` replaces the
// face_index of the options.
void select_faces(Call& call, std::size_t first, int index) {
  const auto begin = call.faces.begin() + static_cast<std::ptrdiff_t>(first);
  const ReconstructOptions& options = call.options;
  std::size_t chosen = first + static_cast<std::size_t>(index);
  if (options.selection == FaceSelection::largest) {
    const auto largest = std::max_element(
        begin, call.faces.end(),
        [](const Face& a, const Face& b) { return a.result.box.area() < b.result.box.area(); });
    chosen = static_cast<std::size_t>(largest - call.faces.begin());
  }
  for (std::size_t i = first; i < call.faces.size(); ++i) {
    Face& face = call.faces[i];
    const Box& box = face.result.box;
    const bool empty = box.area() == 0.0F;
    if (options.selection != FaceSelection::all && i != chosen) {
      face.finish(FaceStatus::not_selected,
                  unselected_face(i - first, chosen - first, call.faces.size() - first));
      continue;
    }
    const float least = stages::face_size_in_pixels(options.min_face_size, face.photo);
    if (empty || std::max(box.width, box.height) < least) {
      face.finish(FaceStatus::too_small, small_face(box, least));
    }
  }
}

Face face_of(const Photo& photo, std::size_t index, FoundFace found) {
  Face face;
  face.photo = photo.view;
  face.photo_index = index;
  face.roll = found.roll;
  face.instance = found.instance;
  face.result.box = found.box;
  face.result.score = found.score;
  face.result.landmarks = std::move(found.landmarks);
  return face;
}

void take_faces(Call& call, std::size_t index, Search search) {
  Photo& photo = call.photos[index];
  const std::size_t first = call.faces.size();
  const auto count = static_cast<double>(search.found.faces.size());
  for (FoundFace& found : search.found.faces) {
    call.faces.push_back(face_of(photo, index, std::move(found)));
    call.faces.back().number = static_cast<std::int64_t>(call.faces.size() - 1 - first);
    call.faces.back().add_time(PipelineStep::detect, search.milliseconds / count);
  }
  photo.instances = std::move(search.found.instances);
  photo.outcome.result->detect_milliseconds = search.milliseconds;
  select_faces(call, first, call.options.face_index);
}

}  // namespace

void detect(Call& call) {
  Tally tally{0, call.photos.size()};
  check_photos(call);
  const PhotoIndices readable = call.good_photos();
  if (!readable.empty()) {
    load_ahead(call);
    std::vector<Search> searches = search(call, readable, tally);
    for (const std::size_t photo : call.good_photos()) {
      take_faces(call, photo, std::move(searches[photo]));
    }
  }
  call.report(PipelineStep::detect, {tally.total, tally.total});
}

void take_known_faces(Call& call, std::vector<KnownFaces> photos) {
  for (std::size_t photo = 0; photo < photos.size(); ++photo) {
    call.photos[photo].outcome.result.emplace().detect_milliseconds =
        photos[photo].detect_milliseconds;
    const std::size_t first = call.faces.size();
    for (Face& face : photos[photo].faces) {
      face.photo_index = photo;
      call.faces.push_back(std::move(face));
    }
    select_faces(call, first, photos[photo].face_index);
  }
  call.report(PipelineStep::landmarks, {call.faces.size(), call.faces.size()});
}

}  // namespace demask::pipeline

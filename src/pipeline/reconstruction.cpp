#include "pipeline/reconstruction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "core/canonical_frame.hpp"
#include "imaging/composite.hpp"
#include "imaging/mask_morphology.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"
#include "pipeline/error_translation.hpp"
#include "pipeline/face_finder.hpp"
#include "pipeline/face_masks.hpp"
#include "pipeline/face_search.hpp"
#include "pipeline/mask_room.hpp"
#include "pipeline/option_checks.hpp"
#include "pipeline/stage_checks.hpp"
#include "pipeline/strap_ends.hpp"

namespace demask::pipeline {
namespace {

// Faces that go through a network together: enough to fill it, few enough to bound memory.
constexpr std::size_t batch_size = 8;
// Gaps in a mask (straps, glare, print) that are closed, as a fraction of the canonical side.
constexpr double closing_fraction = 0.012;
// By which straps are widened, so that the soft edge of the hole leaves nothing of them, as a
// fraction of the same.
constexpr double strap_margin = 0.02;
// How often a face is made smaller for its mask to fit.
constexpr int most_looks_for_room = 2;

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

int canonical_pixels(double fraction) { return cvRound(fraction * canonical_size); }

// A face's square as it lies in the photo, with what surrounds it where straps go on.
imaging::Patch unpainted_patch(const FaceWork& face) {
  if (face.surround_hole.empty()) {
    return {face.canonical, face.hole, face.to_canonical, 0};
  }
  return {face.surround, face.surround_hole, to_surround(face.to_canonical), surround_room};
}

// `holes` are those of all faces of the photo.
imaging::Patch painted_patch(const FaceWork& face, const cv::Mat& painted, const Image& holes) {
  imaging::Patch patch = unpainted_patch(face);
  patch.painted = patch.room == 0 ? painted
                                  : paint_strap_ends(painted, face.surround,
                                                     unknown_surround(face.to_canonical, holes));
  return patch;
}

}  // namespace

Reconstruction::Reconstruction(const StageProvider& stages, std::vector<ImageView> photos,
                               const ReconstructOptions& options)
    : stages_(stages),
      photos_(std::move(photos)),
      options_(options),
      instances_(photos_.size()),
      results_(photos_.size()) {
  check_options(options_);
}

std::vector<BatchResult> Reconstruction::run() {
  with_errors_translated([this] {
    detect();
    find_landmarks();
    reconstruct_faces();
  });
  return std::move(results_);
}

std::vector<BatchResult> Reconstruction::run(std::vector<KnownFaces> photos) {
  with_errors_translated([&] {
    for (std::size_t photo = 0; photo < photos.size(); ++photo) {
      results_[photo].result.emplace().detect_milliseconds = photos[photo].detect_milliseconds;
      const std::size_t first = faces_.size();
      for (FaceWork& face : photos[photo].faces) {
        face.photo_index = photo;
        faces_.push_back(std::move(face));
      }
      select(first, faces_.size(), photos[photo].face_index);
    }
    report(PipelineStep::landmarks, faces_.size(), faces_.size());
    reconstruct_faces();
  });
  return std::move(results_);
}

void Reconstruction::reconstruct_faces() {
  copy_and_align();
  leave_uncertain_faces();
  segment();
  classify_gender();
  inpaint();
  composite();
}

void Reconstruction::report(PipelineStep step, std::size_t done, std::size_t total) const {
  if (options_.progress) {
    options_.progress({step, static_cast<int>(done), static_cast<int>(total)});
  }
  if (options_.cancelled && options_.cancelled()) {
    throw Error(ErrorCode::cancelled,
                "reconstruct: cancelled by the caller; call again to start anew");
  }
}

Reconstruction::Faces Reconstruction::active_faces() {
  Faces active;
  for (FaceWork& face : faces_) {
    if (face.active) {
      active.push_back(&face);
    }
  }
  return active;
}

void Reconstruction::fail(std::size_t photo, const Error& error) {
  results_[photo].result.reset();
  results_[photo].error.emplace(error);
  for (FaceWork& face : faces_) {
    if (face.photo_index == photo) {
      face.active = false;
    }
  }
}

void Reconstruction::for_photo(std::size_t photo, const std::function<void()>& work) {
  try {
    with_errors_translated(work);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) {
      throw;
    }
    fail(photo, error);
  }
}

void Reconstruction::attempt(const Faces& batch, const FaceWorkFunction& work) {
  try {
    with_errors_translated([&] { work(batch); });
    return;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) {
      throw;
    }
    if (batch.size() == 1) {
      fail(batch.front()->photo_index, error);
      return;
    }
  }
  // One face may have spoilt the batch for the photos of the others.
  for (FaceWork* face : batch) {
    if (face->active) {
      attempt({face}, work);
    }
  }
}

void Reconstruction::run_batches(PipelineStep step, const Faces& faces, Tally& tally,
                                 const FaceWorkFunction& work) {
  for (std::size_t first = 0; first < faces.size(); first += batch_size) {
    report(step, tally.done, tally.total);
    const std::size_t last = std::min(first + batch_size, faces.size());
    Faces batch;
    std::copy_if(faces.begin() + static_cast<std::ptrdiff_t>(first),
                 faces.begin() + static_cast<std::ptrdiff_t>(last), std::back_inserter(batch),
                 [](const FaceWork* face) { return face->active; });
    tally.done += last - first;
    if (batch.empty()) {
      continue;
    }
    const Clock::time_point start = Clock::now();
    attempt(batch, work);
    const double each = milliseconds_since(start) / static_cast<double>(batch.size());
    for (FaceWork* face : batch) {
      face->add_time(step, each);
    }
  }
}

void Reconstruction::step(PipelineStep step, const Faces& faces, const FaceWorkFunction& work) {
  if (faces.empty()) {
    return;
  }
  Tally tally{0, faces.size()};
  run_batches(step, faces, tally, work);
  report(step, tally.total, tally.total);
}

void Reconstruction::detect() {
  std::vector<std::size_t> readable;
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    for_photo(i, [this, i] {
      validate(photos_[i], options_.max_pixels);
      if (options_.mask) {
        check_given_mask(*options_.mask, photos_[i]);
      }
      results_[i].result.emplace();
    });
    if (results_[i].result) {
      readable.push_back(i);
    }
  }
  if (!readable.empty()) {
    load_ahead();
    // A model that does not load is an error of the call, not of a photo.
    const FaceFinder finder(stages_, options_);
    for (std::size_t first = 0; first < readable.size(); first += batch_size) {
      report(PipelineStep::detect, first, photos_.size());
      const std::size_t last = std::min(first + batch_size, readable.size());
      detect_in({readable.begin() + static_cast<std::ptrdiff_t>(first),
                 readable.begin() + static_cast<std::ptrdiff_t>(last)},
                finder);
    }
  }
  report(PipelineStep::detect, photos_.size(), photos_.size());
}

void Reconstruction::load_ahead() const {
  std::vector<Stage> stages;
  if (options_.landmarks.empty()) stages.push_back(Stage::landmark_detector);
  if (!options_.mask) stages.push_back(Stage::segmenter);
  if (options_.gender == GenderChoice::automatic) stages.push_back(Stage::gender_classifier);
  stages_.load_ahead(stages);
}

void Reconstruction::detect_in(const std::vector<std::size_t>& photos, const FaceFinder& finder) {
  const Clock::time_point start = Clock::now();
  std::vector<ImageView> views;
  views.reserve(photos.size());
  for (const std::size_t photo : photos) {
    views.push_back(photos_[photo]);
  }
  std::vector<FoundFaces> found;
  try {
    with_errors_translated([&] { found = finder.find(views); });
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) {
      throw;
    }
    if (photos.size() == 1) {
      fail(photos.front(), error);
      return;
    }
    // One photo may have spoilt the batch for the others.
    for (const std::size_t photo : photos) {
      detect_in({photo}, finder);
    }
    return;
  }
  const double each = milliseconds_since(start) / static_cast<double>(photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    take_faces(photos[i], std::move(found[i]), each);
  }
}

void Reconstruction::take_faces(std::size_t photo, FoundFaces found, double milliseconds) {
  const std::size_t first = faces_.size();
  for (FaceWork& face : found.faces) {
    face.photo = photos_[photo];
    face.photo_index = photo;
    faces_.push_back(std::move(face));
  }
  instances_[photo] = std::move(found.instances);
  select(first, faces_.size(), options_.face_index);
  results_[photo].result->detect_milliseconds = milliseconds;
  for (std::size_t i = first; i < faces_.size(); ++i) {
    faces_[i].add_time(PipelineStep::detect,
                       milliseconds / static_cast<double>(faces_.size() - first));
  }
}

void Reconstruction::select(std::size_t first, std::size_t last, int index) {
  std::size_t chosen = first + static_cast<std::size_t>(index);
  if (options_.selection == FaceSelection::largest) {
    chosen = first;
    for (std::size_t i = first; i < last; ++i) {
      if (faces_[i].result.box.area() > faces_[chosen].result.box.area()) {
        chosen = i;
      }
    }
  }
  for (std::size_t i = first; i < last; ++i) {
    FaceWork& face = faces_[i];
    const Box& box = face.result.box;
    const bool empty = box.area() == 0.0F;
    if (options_.selection != FaceSelection::all && i != chosen) {
      face.finish(FaceStatus::not_selected);
    } else if (empty || std::max(box.width, box.height) < options_.min_face_size) {
      face.finish(FaceStatus::too_small);
    }
  }
}

void Reconstruction::find_landmarks() {
  Faces wanting;
  for (FaceWork* face : active_faces()) {
    if (face->result.landmarks.empty()) {
      wanting.push_back(face);
    }
  }
  if (wanting.empty()) {
    return;
  }
  const LandmarkDetector& detector = stages_.landmark_detector();
  step(PipelineStep::landmarks, wanting, [&detector](const Faces& batch) {
    std::vector<FaceRegion> regions;
    for (const FaceWork* face : batch) {
      regions.push_back({face->photo, face->result.box, face->roll});
    }
    std::vector<Landmarks> found = search_landmarks(detector, regions);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->result.landmarks = std::move(found[i]);
    }
  });
}

void Reconstruction::leave_uncertain_faces() {
  const Faces faces = active_faces();
  if (faces.empty() || !options_.landmarks.empty()) {
    return;
  }
  float least = options_.min_landmark_confidence.value_or(0.0F);
  if (!options_.min_landmark_confidence) {
    least = stages_.landmark_detector().min_confidence();
    check_min_confidence(least);
  }
  if (least == 0.0F) {
    return;
  }
  for (FaceWork* face : faces) {
    const float confidence = mean_confidence(face->result.landmarks);
    const bool suffices = face->memory != nullptr
                              ? face->memory->trusts(confidence, least, face->time)
                              : confidence >= least;
    if (!suffices) {
      face->finish(FaceStatus::landmarks_unreliable);
    }
  }
}

void Reconstruction::at_once(std::size_t count,
                             const std::function<std::size_t(std::size_t)>& photo_of,
                             const std::function<void(std::size_t)>& work) {
  std::vector<std::optional<Error>> errors(count);
  stages_.workers().for_each(count, [&](std::size_t i) {
    try {
      with_errors_translated([&] { work(i); });
    } catch (const Error& error) {
      errors[i].emplace(error);
    }
  });
  for (std::size_t i = 0; i < count; ++i) {
    if (errors[i] && results_[photo_of(i)].result) {
      fail(photo_of(i), *errors[i]);
    }
  }
}

void Reconstruction::copy_and_align() {
  std::vector<std::size_t> photos;
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    if (results_[i].result) photos.push_back(i);
  }
  const Faces faces = active_faces();
  const auto photo_of = [&](std::size_t i) {
    return i < photos.size() ? photos[i] : faces[i - photos.size()]->photo_index;
  };
  at_once(photos.size() + faces.size(), photo_of, [&](std::size_t i) {
    if (i < photos.size()) {
      copy_photo(photos[i]);
    } else {
      align(*faces[i - photos.size()]);
    }
  });
}

void Reconstruction::copy_photo(std::size_t index) {
  const ImageView& photo = photos_[index];
  Result& result = *results_[index].result;
  result.photo = Image(photo);
  result.changed = Image(photo.width, photo.height, PixelFormat::gray);
}

void Reconstruction::align(FaceWork& face) {
  if (!can_be_aligned(face.result.landmarks, face.photo)) {
    face.finish(FaceStatus::landmarks_unreliable);
    return;
  }
  if (face.memory != nullptr) {
    face.scale = std::min(face.scale, face.memory->scale());
  }
  face.to_canonical =
      core::scaled_around_eyes(face.scale) * canonical_similarity(face.result.landmarks);
  face.canonical_landmarks = transformed(face.result.landmarks, face.to_canonical);
  face.canonical = imaging::warp_to_square(face.photo, face.to_canonical, canonical_size);
  face.result.aligned_before = imaging::to_image(face.canonical, PixelFormat::rgb);
}

void Reconstruction::segment() {
  const Faces faces = active_faces();
  if (faces.empty()) {
    return;
  }
  if (options_.mask) {
    use_given_mask(faces);
    return;
  }
  const Segmenter& segmenter = stages_.segmenter();
  const float threshold = options_.segmentation_threshold.value_or(segmenter.threshold());
  if (segmenter.input() == SegmenterInput::canonical_face) {
    step(PipelineStep::segment, faces, [&, threshold](const Faces& batch) {
      find_masks(batch, threshold,
                 [&segmenter](const Faces& some) { return canonical_masks(segmenter, some); });
      find_strap_ends(segmenter, batch);
    });
  } else {
    segment_photos(segmenter, threshold, faces);
  }
}

void Reconstruction::find_masks(const Faces& faces, float threshold, const FindMasks& find) {
  std::vector<cv::Mat> probabilities = find(faces);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    make_room(*faces[i], threshold, find, probabilities[i]);
  }
  accept_masks(faces, std::move(probabilities), threshold);
}

void Reconstruction::make_room(FaceWork& face, float threshold, const FindMasks& find,
                               cv::Mat& probability) {
  const auto look_at = [&](double scale) {
    face.scale = scale;
    align(face);
    probability = find({&face}).front();
  };
  // An earlier frame may have made room since this one was aligned.
  if (face.memory != nullptr && face.memory->scale() < face.scale) {
    look_at(face.memory->scale());
  }
  for (int look = 0; look < most_looks_for_room && reaches_lower_side(probability, threshold) &&
                     goes_on_below(face.photo, face.to_canonical);
       ++look) {
    const double fitting = face.scale * scale_that_fits(mask_of(face, probability, threshold));
    const double scale = std::max(fitting, least_face_scale);
    if (!(scale < face.scale)) {
      break;
    }
    look_at(scale);
  }
  if (face.memory != nullptr) {
    face.memory->keep_scale(face.scale);
  }
}

void Reconstruction::accept_masks(const Faces& faces, std::vector<cv::Mat> probabilities,
                                  float threshold) {
  for (std::size_t i = 0; i < faces.size(); ++i) {
    if (faces[i]->memory != nullptr) {
      probabilities[i] =
          faces[i]->memory->blend_mask(probabilities[i], faces[i]->time, faces[i]->scale);
    }
  }
  stages_.workers().for_each(
      faces.size(), [&](std::size_t i) { accept_mask(*faces[i], probabilities[i], threshold); });
}

cv::Mat Reconstruction::mask_of(const FaceWork& face, const cv::Mat& probability,
                                float threshold) const {
  std::vector<Similarity> others;
  for (const FaceWork& other : faces_) {
    if (&other != &face && other.photo_index == face.photo_index && !other.canonical.empty()) {
      others.push_back(other.to_canonical);
    }
  }
  cv::Mat plane;
  cv::extractChannel(probability, plane, 0);
  const cv::Mat mask = imaging::clean_mask(plane, threshold, canonical_pixels(closing_fraction));
  return worn_mask(mask, face.canonical_landmarks, face.to_canonical, others);
}

void Reconstruction::accept_mask(FaceWork& face, const cv::Mat& probability,
                                 float threshold) const {
  const cv::Mat mask = mask_of(face, probability, threshold);
  const double area =
      static_cast<double>(cv::countNonZero(mask)) / static_cast<double>(mask.total());
  if (area == 0.0 || area < static_cast<double>(options_.min_mask_area)) {
    face.finish(FaceStatus::no_mask);
    return;
  }
  if (!options_.mask && hides_eyes(mask, face.canonical_landmarks)) {
    face.finish(FaceStatus::landmarks_unreliable);
    return;
  }
  face.hole =
      imaging::dilate_mask(mask, canonical_pixels(static_cast<double>(options_.mask_dilation)));
  if (probability.channels() > 1) {
    std::vector<cv::Mat> planes;
    cv::split(probability, planes);
    const cv::Mat straps = imaging::strap_pixels(planes[0], planes[1], strap_threshold);
    face.hole = imaging::with_straps(face.hole, straps, canonical_pixels(strap_margin),
                                     canonical_pixels(imaging::strap_gap));
    face.straps_leave = straps_leave(straps, face.hole, face.photo, face.to_canonical);
    if (face.memory != nullptr) {
      face.straps_leave = face.memory->note_straps(face.straps_leave);
    }
  }
  face.result.aligned_mask = imaging::to_image(face.hole, PixelFormat::gray);
}

void Reconstruction::find_strap_ends(const Segmenter& segmenter, const Faces& faces) {
  Faces leaving;
  std::copy_if(faces.begin(), faces.end(), std::back_inserter(leaving),
               [](const FaceWork* face) { return face->active && face->straps_leave; });
  if (leaving.empty()) {
    return;
  }
  std::vector<ImageView> views;
  for (FaceWork* face : leaving) {
    face->surround =
        imaging::warp_to_square(face->photo, to_surround(face->to_canonical), surround_size);
    views.push_back(imaging::as_view(face->surround, PixelFormat::rgb));
  }
  const auto found = segmenter.segment(views);
  check_face_masks(found, leaving.size(), surround_size);
  for (std::size_t i = 0; i < leaving.size(); ++i) {
    const MaskInstance& mask = found[i].front();
    if (mask.straps.values.empty()) {
      continue;
    }
    FaceWork& face = *leaving[i];
    std::vector<cv::Mat> planes = {as_mat(mask.probability), as_mat(mask.straps)};
    if (face.memory != nullptr) {
      cv::Mat probability;
      cv::merge(planes, probability);
      cv::split(face.memory->blend_surround(probability, face.time, face.scale), planes);
    }
    face.surround_hole =
        with_strap_ends(face.hole, imaging::strap_pixels(planes[0], planes[1], strap_threshold),
                        canonical_pixels(strap_margin), canonical_pixels(imaging::strap_gap));
  }
}

std::vector<cv::Mat> Reconstruction::canonical_masks(const Segmenter& segmenter,
                                                     const Faces& faces) {
  std::vector<ImageView> views;
  for (const FaceWork* face : faces) {
    views.push_back(face->result.aligned_before);
  }
  const auto found = segmenter.segment(views);
  check_face_masks(found, faces.size(), canonical_size);
  std::vector<cv::Mat> probabilities;
  probabilities.reserve(faces.size());
  for (const std::vector<MaskInstance>& of_face : found) {
    const MaskInstance& mask = of_face.front();
    std::vector<cv::Mat> planes = {as_mat(mask.probability)};
    if (!mask.straps.values.empty()) {
      planes.push_back(as_mat(mask.straps));
    }
    cv::merge(planes, probabilities.emplace_back());
  }
  return probabilities;
}

void Reconstruction::segment_photos(const Segmenter& segmenter, float threshold,
                                    const Faces& faces) {
  std::size_t done = 0;
  for (std::size_t photo = 0; photo < photos_.size(); ++photo) {
    Faces in_photo;
    std::copy_if(faces.begin(), faces.end(), std::back_inserter(in_photo),
                 [photo](const FaceWork* face) { return face->photo_index == photo; });
    if (in_photo.empty()) {
      continue;
    }
    report(PipelineStep::segment, done, faces.size());
    done += in_photo.size();
    const Clock::time_point start = Clock::now();
    for_photo(photo, [&] {
      if (!instances_[photo]) {
        instances_[photo] = segmenter.segment(photos_[photo]);
        check_photo_masks(*instances_[photo]);
      }
      const Faces left = left_faces(photo);
      find_masks(in_photo, threshold, [&](const Faces& some) {
        // A mask that a face wears which is left as it is is nobody else's.
        Faces wearing = some;
        wearing.insert(wearing.end(), left.begin(), left.end());
        std::vector<cv::Mat> masks = assign_masks(wearing, *instances_[photo]);
        masks.resize(some.size());
        return masks;
      });
    });
    const double each = milliseconds_since(start) / static_cast<double>(in_photo.size());
    for (FaceWork* face : in_photo) {
      face->add_time(PipelineStep::segment, each);
    }
  }
  report(PipelineStep::segment, faces.size(), faces.size());
}

Reconstruction::Faces Reconstruction::left_faces(std::size_t photo) {
  Faces left;
  for (FaceWork& face : faces_) {
    if (!face.active && face.photo_index == photo && !face.canonical.empty()) {
      left.push_back(&face);
    }
  }
  return left;
}

void Reconstruction::use_given_mask(const Faces& faces) {
  constexpr int covered_from = 128;
  const cv::Mat levels = imaging::as_mat(*options_.mask);
  const cv::Mat covered = options_.mask_inverted ? levels < covered_from : levels >= covered_from;
  const auto find = [&covered](const Faces& some) {
    std::vector<cv::Mat> probabilities(some.size());
    for (std::size_t i = 0; i < some.size(); ++i) {
      imaging::warp_levels_to_square(covered, some[i]->to_canonical, canonical_size)
          .convertTo(probabilities[i], CV_32F, 1.0 / 255.0);
    }
    return probabilities;
  };
  step(PipelineStep::segment, faces, [&](const Faces& batch) { find_masks(batch, 0.5F, find); });
}

void Reconstruction::classify_gender() {
  if (options_.gender != GenderChoice::automatic) {
    for (FaceWork* face : active_faces()) {
      const Gender gender = options_.gender == GenderChoice::female ? Gender::female : Gender::male;
      face->result.gender = GenderEstimate{gender, 1.0F};
    }
    return;
  }
  Faces faces;
  for (FaceWork* face : active_faces()) {
    if (face->memory == nullptr || face->memory->wants_gender(face->time)) {
      faces.push_back(face);
    }
  }
  if (!faces.empty()) {
    look_for_gender(faces);
  }
  for (FaceWork* face : active_faces()) {
    if (face->memory == nullptr) {
      use_gender(*face, *face->look);
    } else {
      use_gender(*face,
                 face->look ? face->memory->add_gender(*face->look) : face->memory->gender());
    }
  }
}

void Reconstruction::look_for_gender(const Faces& faces) {
  const GenderClassifier& classifier = stages_.gender_classifier();
  step(PipelineStep::gender, faces, [&classifier](const Faces& batch) {
    std::vector<ImageView> views;
    for (const FaceWork* face : batch) {
      views.push_back(face->result.aligned_before);
    }
    const std::vector<GenderEstimate> estimates = classifier.classify(views);
    check_genders(estimates, batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->look = estimates[i];
    }
  });
}

void Reconstruction::use_gender(FaceWork& face, const GenderEstimate& estimate) const {
  face.result.gender = estimate;
  face.result.gender_uncertain = estimate.probability < 0.5F + options_.gender_margin;
}

void Reconstruction::inpaint() {
  std::array<Faces, 2> by_gender;
  std::array<Faces, 2> alternatives;
  Tally tally;
  for (FaceWork* face : active_faces()) {
    const auto gender = static_cast<std::size_t>(face->result.gender->gender);
    by_gender[gender].push_back(face);
    ++tally.total;
    if (options_.both_when_uncertain && face->result.gender_uncertain) {
      alternatives[1 - gender].push_back(face);
      ++tally.total;
    }
  }
  if (tally.total == 0) {
    return;
  }
  for (const Gender gender : {Gender::female, Gender::male}) {
    paint(gender, by_gender[static_cast<std::size_t>(gender)], tally, &FaceResult::aligned_after);
    paint(gender, alternatives[static_cast<std::size_t>(gender)], tally,
          &FaceResult::aligned_alternative);
  }
  steady_paintings();
  report(PipelineStep::inpaint, tally.total, tally.total);
}

void Reconstruction::steady_paintings() {
  for (FaceWork* face : active_faces()) {
    if (face->memory != nullptr) {
      face->memory->blend_painted(face->result.aligned_after, face->hole, face->time, face->scale);
    }
  }
}

void Reconstruction::paint(Gender gender, const Faces& faces, Tally& tally,
                           Image FaceResult::*target) {
  if (faces.empty()) {
    return;
  }
  const Inpainter& inpainter = stages_.inpainter(gender);
  run_batches(PipelineStep::inpaint, faces, tally, [&](const Faces& batch) {
    std::vector<InpaintInput> inputs;
    for (const FaceWork* face : batch) {
      inputs.push_back(
          {face->result.aligned_before, face->result.aligned_mask, face->canonical_landmarks});
    }
    std::vector<Image> painted = inpainter.inpaint(inputs);
    check_painted(painted, batch.size(), gender);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->result.*target = std::move(painted[i]);
    }
  });
}

void Reconstruction::composite() {
  std::vector<Faces> faces(photos_.size());
  for (FaceWork* face : active_faces()) {
    faces[face->photo_index].push_back(face);
  }
  for (std::size_t first = 0; first < photos_.size(); first += batch_size) {
    report(PipelineStep::composite, first, photos_.size());
    const auto photo_of = [first](std::size_t i) { return first + i; };
    at_once(std::min(batch_size, photos_.size() - first), photo_of, [&](std::size_t i) {
      if (results_[photo_of(i)].result) {
        composite_photo(photo_of(i), faces[photo_of(i)]);
      }
    });
  }
  for (FaceWork& face : faces_) {
    if (BatchResult& outcome = results_[face.photo_index]; outcome.result) {
      outcome.result->faces.push_back(std::move(face.result));
    }
  }
  report(PipelineStep::composite, photos_.size(), photos_.size());
}

void Reconstruction::composite_photo(std::size_t index, Faces faces) {
  const ImageView& photo = photos_[index];
  Result& result = *results_[index].result;
  const cv::Size size(photo.width, photo.height);
  stages_.workers().for_each(faces.size(), [&](std::size_t i) {
    FaceWork& face = *faces[i];
    face.result.mask = imaging::project_hole(unpainted_patch(face), size);
    if (face.result.mask.pixels.empty()) {
      face.finish(FaceStatus::no_mask);
    }
  });
  faces.erase(std::remove_if(faces.begin(), faces.end(),
                             [](const FaceWork* face) { return !face->active; }),
              faces.end());
  bool alternative = false;
  for (const FaceWork* face : faces) {
    alternative = alternative || !face->result.aligned_alternative.empty();
    // All holes are marked before the first is painted: no mask may tint its neighbour.
    imaging::mark(face->result.mask, result.changed);
  }
  if (alternative) {
    result.alternative_photo = result.photo;
  }
  for (const Faces& apart : runs_of_faces_apart(faces, size)) {
    stages_.workers().for_each(apart.size(), [&](std::size_t i) {
      FaceWork& face = *apart[i];
      const Clock::time_point start = Clock::now();
      paste(face, face.result.aligned_after, result.changed, result.photo);
      if (alternative) {
        const Image& other = face.result.aligned_alternative;
        paste(face, other.empty() ? face.result.aligned_after : other, result.changed,
              result.alternative_photo);
      }
      face.result.status = FaceStatus::reconstructed;
      face.add_time(PipelineStep::composite, milliseconds_since(start));
    });
  }
}

std::vector<Reconstruction::Faces> Reconstruction::runs_of_faces_apart(const Faces& faces,
                                                                       cv::Size photo) {
  std::vector<Faces> runs;
  std::vector<cv::Rect> areas;
  for (FaceWork* face : faces) {
    const cv::Rect area = imaging::touched_area(unpainted_patch(*face), face->result.mask, photo);
    const bool is_apart = std::all_of(areas.begin(), areas.end(), [&area](const cv::Rect& other) {
      return (area & other).empty();
    });
    if (runs.empty() || !is_apart) {
      runs.emplace_back();
      areas.clear();
    }
    runs.back().push_back(face);
    areas.push_back(area);
  }
  return runs;
}

void Reconstruction::paste(const FaceWork& face, const Image& painted, const Image& holes,
                           Image& photo) const {
  imaging::composite(painted_patch(face, imaging::as_mat(painted.view()), holes), face.result.mask,
                     holes, options_.blend, stages_.workers(), photo);
}

}  // namespace demask::pipeline

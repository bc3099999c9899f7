// SPDX-License-Identifier: Apache-2.0
#include "video/face_tracker.hpp"

#include <algorithm>
#include <optional>

#include "core/stopwatch.hpp"
#include "pipeline/landmark_search.hpp"
#include "video/track_association.hpp"

namespace demask::video {
namespace {

// Minimum overlap of a detection with the track it belongs to.
constexpr float min_track_overlap = 0.3F;
// Two tracks that overlap by more than this follow the same face.
constexpr float same_face_overlap = 0.6F;
// Consecutive detector runs that may miss a face whose landmarks are still found: a confirmed face,
// and one that was detected only once and may be a false alarm.
constexpr int max_misses = 4;
constexpr int max_misses_unconfirmed = 1;

// Smallest face that is searched for, as a share of the frame's longer side. Faces from about a
// fortieth on are found anyway; a search for small ones would take several times as long, and would
// be repeated every few frames.
constexpr float min_face_share = 0.15F;

bool is_lost(const FaceTrack& track) { return track.missing_frames > 0; }

// True if a face is lost, unconfirmed, or was missed by the last run of the detector.
bool wants_detector(const FaceTrack& track) {
  return is_lost(track) || !track.is_confirmed() || track.missed_detections > 0;
}

}  // namespace

void FaceTracker::reset() {
  tracks_.clear();
  cuts_.reset();
  frames_since_detection_ = -1;
}

TrackedFrame FaceTracker::update(const ImageView& frame, double seconds) {
  TrackedFrame result;
  result.scene_cut = cuts_.is_cut(frame);
  if (result.scene_cut) {
    tracks_.clear();
    frames_since_detection_ = -1;
  }
  for (FaceTrack& track : tracks_) {
    track.begin_frame(seconds);
  }
  const core::Stopwatch following;
  follow(frame, seconds);
  result.landmark_milliseconds = following.milliseconds();
  const bool is_due =
      frames_since_detection_ < 0 || frames_since_detection_ + 1 >= options_.detect_interval;
  result.detector_ran = is_due || std::any_of(tracks_.begin(), tracks_.end(), wants_detector);
  ++frames_since_detection_;
  if (result.detector_ran) {
    const core::Stopwatch detecting;
    detect(frame);
    result.detect_milliseconds = detecting.milliseconds();
    frames_since_detection_ = 0;
  }
  drop_tracks(frame);
  for (FaceTrack& track : tracks_) {
    if (!is_lost(track)) {
      result.faces.push_back(&track);
    }
  }
  return result;
}

void FaceTracker::follow(const ImageView& frame, double seconds) {
  std::vector<FaceTrack*> followed;
  std::vector<FaceRegion> regions;
  for (FaceTrack& track : tracks_) {
    if (is_lost(track)) {
      ++track.missing_frames;
      continue;
    }
    track.predict(frame);
    followed.push_back(&track);
    regions.push_back(track.region(frame));
  }
  if (followed.empty()) {
    return;
  }
  const std::vector<Landmarks> found =
      pipeline::detect_landmarks(stages_.landmark_detector(), regions);
  for (std::size_t i = 0; i < followed.size(); ++i) {
    if (followed[i]->recognizes(found[i], frame)) {
      followed[i]->follow(frame, found[i], seconds);
    } else {
      followed[i]->missing_frames = 1;
    }
  }
}

void FaceTracker::detect(const ImageView& frame) {
  const DetectOptions options{options_.detection_threshold, DetectOptions().nms_iou,
                              min_face_share};
  const std::vector<pipeline::FoundFace> faces =
      pipeline::detect_faces(stages_.face_detector(), {frame}, options, false).front().faces;
  std::vector<Box> known;
  std::vector<Box> found;
  found.reserve(faces.size());
  for (FaceTrack& track : tracks_) {
    known.push_back(track.box());
    ++track.missed_detections;
  }
  for (const pipeline::FoundFace& face : faces) {
    found.push_back(face.box);
  }
  const std::vector<std::optional<std::size_t>> matches =
      associate(known, found, min_track_overlap);
  std::vector<pipeline::FoundFace> fresh;
  std::vector<std::optional<std::size_t>> owners;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    if (matches[i] && !is_lost(tracks_[*matches[i]])) {
      tracks_[*matches[i]].confirm(faces[i]);
    } else if (faces[i].box.area() > 0.0F) {
      fresh.push_back(faces[i]);
      owners.push_back(matches[i]);
    }
  }
  for (std::optional<std::size_t>& owner : owners) {
    if (!owner) {
      owner = tracks_.size();
      tracks_.emplace_back(next_id_++, options_.track);
    }
  }
  std::vector<FaceTrack*> tracks;
  tracks.reserve(owners.size());
  for (const std::optional<std::size_t>& owner : owners) {
    tracks.push_back(&tracks_[*owner]);
  }
  start(frame, fresh, tracks);
}

void FaceTracker::start(const ImageView& frame, const std::vector<pipeline::FoundFace>& faces,
                        const std::vector<FaceTrack*>& tracks) {
  if (faces.empty()) {
    return;
  }
  std::vector<FaceRegion> regions;
  regions.reserve(faces.size());
  for (const pipeline::FoundFace& face : faces) {
    regions.push_back({frame, face.box, face.roll});
  }
  const std::vector<Landmarks> found =
      pipeline::detect_landmarks(stages_.landmark_detector(), regions);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    tracks[i]->start(frame, faces[i], found[i]);
  }
}

void FaceTracker::drop_tracks(const ImageView& frame) {
  const auto is_over = [this, &frame](const FaceTrack& track) {
    if (!track.is_confirmed() && track.missed_detections > max_misses_unconfirmed) {
      return true;
    }
    return is_lost(track)
               ? track.missing_frames > options_.detect_interval || !track.is_within(frame)
               : track.missed_detections > max_misses;
  };
  std::vector<FaceTrack> kept;
  for (FaceTrack& track : tracks_) {
    // Tracks are ordered by age: of two that follow the same face, the older one is kept.
    const bool is_double = std::any_of(kept.begin(), kept.end(), [&track](const FaceTrack& other) {
      return intersection_over_union(other.box(), track.box()) > same_face_overlap;
    });
    if (!is_double && !is_over(track)) {
      kept.push_back(std::move(track));
    }
  }
  tracks_ = std::move(kept);
}

}  // namespace demask::video

// SPDX-License-Identifier: Apache-2.0
#include "demask/video_reconstructor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "pipeline/error_translation.hpp"
#include "pipeline/option_checks.hpp"
#include "pipeline/option_values.hpp"
#include "pipeline/reconstruction.hpp"
#include "pipeline/reference_photos.hpp"
#include "video/face_tracker.hpp"

namespace demask {
namespace {

void check_track(const VideoOptions& options) {
  const FaceSelection selection = options.reconstruct.selection;
  if (selection == FaceSelection::index) {
    throw Error(ErrorCode::invalid_argument,
                "selection: index counts the faces of one photo; name a track_id for a video");
  }
  if (!options.track_id) {
    return;
  }
  if (selection != FaceSelection::all) {
    throw Error(ErrorCode::invalid_argument,
                "track_id and selection: both are given; name the track alone");
  }
  if (*options.track_id < 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("track_id: {} is negative; ids count from 0", *options.track_id));
  }
}

void check_options(const VideoOptions& options) {
  const ReconstructOptions& photo = options.reconstruct;
  pipeline::check_options(photo);
  if (pipeline::has_mask(photo) || !photo.boxes.empty() || !photo.landmarks.empty() ||
      photo.both_when_uncertain || photo.variants != 1) {
    throw Error(ErrorCode::invalid_argument,
                "options: a mask, boxes, landmarks, both_when_uncertain and variants belong to one "
                "photo; leave them unset for a video");
  }
  if (photo.quality == Quality::best) {
    throw Error(ErrorCode::invalid_argument,
                "quality: best takes seconds for each face of a frame; use fine or fast for a "
                "video");
  }
  check_track(options);
  pipeline::require_range("detect_interval", options.detect_interval, 1.0, 1000.0);
  pipeline::require_range("landmark_cutoff", options.landmark_cutoff, 1e-6, 1000.0);
  pipeline::require_range("landmark_beta", options.landmark_beta, 0.0, 1000.0);
  pipeline::require_range("mask_seconds", options.mask_seconds, 0.0, 10.0);
  pipeline::require_range("paint_seconds", options.paint_seconds, 0.0, 10.0);
}

// Distance between the eyes of the canonical face, in pixels.
const double canonical_eye_distance =
    static_cast<double>(canonical_eyes[1].x - canonical_eyes[0].x) * canonical_size;

video::TrackerOptions tracker_options(const VideoOptions& options) {
  video::TrackerOptions tracker;
  tracker.detect_interval = options.detect_interval;
  tracker.detection_threshold = options.reconstruct.detection_threshold;
  tracker.track.smoothing.min_cutoff = options.landmark_cutoff;
  tracker.track.smoothing.beta = options.landmark_beta / canonical_eye_distance;
  tracker.track.mask_seconds = options.mask_seconds;
  tracker.track.paint_seconds = options.paint_seconds;
  return tracker;
}

}  // namespace

class VideoReconstructor::Implementation {
 public:
  Implementation(std::shared_ptr<const pipeline::StageProvider> stages, VideoOptions options)
      : stages_(std::move(stages)),
        options_(std::move(options)),
        tracker_(*stages_, tracker_options(options_)) {
    check_options(options_);
    if (options_.track_id) {
      options_.reconstruct.selection = FaceSelection::index;  // The index is set per frame.
    }
    for (ReferencePhoto& reference : options_.reconstruct.references) {
      reference.photo = reference_photos_.emplace_back(reference.photo).view();
    }
  }

  std::vector<VideoFrame> reconstruct(const std::vector<TimedFrame>& frames) {
    try {
      return pipeline::with_errors_translated([&] { return attempt(frames); });
    } catch (...) {
      tracker_.reset();
      throw;
    }
  }

  void reset() noexcept {
    tracker_.reset();
    last_seconds_.reset();
  }

 private:
  std::vector<VideoFrame> attempt(const std::vector<TimedFrame>& frames) {
    std::vector<VideoFrame> outputs(frames.size());
    std::vector<ImageView> images;
    std::vector<pipeline::KnownFaces> faces;
    faces.reserve(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      faces.push_back(track(frames[i].image, frames[i].seconds, outputs[i]));
      images.push_back(frames[i].image);
    }
    std::vector<BatchResult> results = pipeline::reconstruct(
        *stages_, images, options_.reconstruct, std::move(faces), references());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (results[i].error) {
        throw Error(*results[i].error);
      }
      outputs[i].result = std::move(*results[i].result);
    }
    return outputs;
  }

  // What was found in the reference photos.
  const std::vector<pipeline::Reference>& references() {
    if (!references_) {
      references_ = pipeline::find_references(*stages_, options_.reconstruct);
    }
    return *references_;
  }

  // Tracks the faces of the next frame; sets the track ids, detector_ran and scene_cut of `output`.
  pipeline::KnownFaces track(const ImageView& frame, double seconds, VideoFrame& output) {
    validate(frame, options_.reconstruct.max_pixels);
    const double elapsed = advance(seconds);
    if (frame.width != width_ || frame.height != height_) {
      tracker_.reset();
      width_ = frame.width;
      height_ = frame.height;
    }
    const video::TrackedFrame tracked = tracker_.update(frame, elapsed);
    output.detector_ran = tracked.detector_ran;
    output.scene_cut = tracked.scene_cut;
    for (const video::FaceTrack* face : tracked.faces) {
      output.track_ids.push_back(face->id());
    }
    return {faces_of(frame, tracked), tracked.detect_milliseconds, position_of(output.track_ids)};
  }

  // Seconds since the previous frame; 0 for the first.
  double advance(double seconds) {
    if (!std::isfinite(seconds) || (last_seconds_ && !(seconds > *last_seconds_))) {
      throw Error(
          ErrorCode::invalid_argument,
          fmt::format("seconds: {} is not after the previous frame; give the times of frames "
                      "in order, or reset() for another stream",
                      seconds));
    }
    const double elapsed = last_seconds_ ? seconds - *last_seconds_ : 0.0;
    last_seconds_ = seconds;
    return elapsed;
  }

  // The index of the face whose track the options choose; past the last face if it is missing.
  int position_of(const std::vector<std::int64_t>& track_ids) const {
    const auto position = options_.track_id
                              ? std::find(track_ids.begin(), track_ids.end(), *options_.track_id)
                              : track_ids.end();
    return static_cast<int>(position - track_ids.begin());
  }

  static std::vector<pipeline::Face> faces_of(const ImageView& frame,
                                              const video::TrackedFrame& tracked) {
    std::vector<pipeline::Face> faces;
    const auto count = static_cast<double>(tracked.faces.size());
    for (const video::FaceTrack* track : tracked.faces) {
      pipeline::Face& face = faces.emplace_back();
      face.photo = frame;
      face.number = track->id();
      face.result.box = track->box();
      face.result.score = track->score();
      face.result.landmarks = track->landmarks();
      face.history = track->memory();
      face.time = track->time();
      face.add_time(PipelineStep::detect, tracked.detect_milliseconds / count);
      face.add_time(PipelineStep::landmarks, tracked.landmark_milliseconds / count);
    }
    return faces;
  }

  std::shared_ptr<const pipeline::StageProvider> stages_;
  VideoOptions options_;
  video::FaceTracker tracker_;
  std::deque<Image> reference_photos_;  // A deque: their views stay valid while it grows.
  std::optional<std::vector<pipeline::Reference>> references_;  // Once a frame has been seen.
  std::optional<double> last_seconds_;
  int width_ = 0;
  int height_ = 0;
};

VideoReconstructor::VideoReconstructor(const FaceReconstructor& reconstructor, VideoOptions options)
    : implementation_(std::make_unique<Implementation>(reconstructor.stages_, std::move(options))) {
}

VideoReconstructor::~VideoReconstructor() = default;
VideoReconstructor::VideoReconstructor(VideoReconstructor&&) noexcept = default;
VideoReconstructor& VideoReconstructor::operator=(VideoReconstructor&&) noexcept = default;

VideoFrame VideoReconstructor::reconstruct(const ImageView& frame, double seconds) {
  return std::move(implementation_->reconstruct({{frame, seconds}}).front());
}

std::vector<VideoFrame> VideoReconstructor::reconstruct(const std::vector<TimedFrame>& frames) {
  return implementation_->reconstruct(frames);
}

void VideoReconstructor::reset() noexcept { implementation_->reset(); }

}  // namespace demask

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Tracks the faces of a video from frame to frame.

#include <cstdint>
#include <optional>
#include <vector>

#include "demask/image.hpp"
#include "pipeline/face_finder.hpp"
#include "pipeline/stage_provider.hpp"
#include "video/face_track.hpp"
#include "video/scene_cut.hpp"

namespace demask::video {

/// Parameters of a tracker.
struct TrackerOptions {
  int detect_interval = 1;                   ///< In frames: the most between two detector runs.
  std::optional<float> detection_threshold;  ///< As DetectOptions::score_threshold.
  TrackOptions track;
};

/// The tracker's result for one frame.
struct TrackedFrame {
  std::vector<FaceTrack*> faces;  ///< By id. The tracker owns them; valid until its next call.
  bool detector_ran = false;
  bool scene_cut = false;
  double detect_milliseconds = 0.0;
  double landmark_milliseconds = 0.0;  ///< For all faces together.
};

/// Tracks faces, running the face and landmark detectors when needed. Not safe for concurrent
/// calls.
class FaceTracker {
 public:
  FaceTracker(const pipeline::StageProvider& stages, const TrackerOptions& options)
      : stages_(stages), options_(options) {}

  /// Processes the next frame, `seconds` after the previous one.
  TrackedFrame update(const ImageView& frame, double seconds);
  /// Forgets all tracks; their ids are not used again.
  void reset();

 private:
  void follow(const ImageView& frame, double seconds);
  void detect(const ImageView& frame);
  void start(const ImageView& frame, const std::vector<pipeline::FoundFace>& faces,
             const std::vector<FaceTrack*>& tracks);
  void drop_tracks(const ImageView& frame);

  const pipeline::StageProvider& stages_;
  TrackerOptions options_;
  std::vector<FaceTrack> tracks_;
  SceneCutDetector cuts_;
  std::int64_t next_id_ = 0;
  int frames_since_detection_ = -1;  ///< Negative before the first detection.
};

}  // namespace demask::video

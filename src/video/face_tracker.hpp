#pragma once

/// @file
/// The faces of a video from frame to frame.

#include <cstdint>
#include <optional>
#include <vector>

#include "demask/image.hpp"
#include "pipeline/face_finder.hpp"
#include "pipeline/stage_provider.hpp"
#include "video/face_track.hpp"
#include "video/scene_cut.hpp"

namespace demask::video {

struct TrackerOptions {
  int detect_interval = 1;
  std::optional<float> detection_threshold;
  TrackOptions track;
};

/// What the tracker did with a frame.
struct TrackedFrame {
  std::vector<FaceTrack*> faces;  ///< By id; they belong to the tracker, until its next call.
  bool detector_ran = false;
  bool scene_cut = false;
  double detect_milliseconds = 0.0;
  double landmark_milliseconds = 0.0;  ///< Of all faces.
};

/// Runs the detectors of faces and landmarks where they are needed. Not safe for concurrent calls.
class FaceTracker {
 public:
  FaceTracker(const pipeline::StageProvider& stages, const TrackerOptions& options)
      : stages_(stages), options_(options) {}

  /// The next frame, `seconds` after the one before.
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

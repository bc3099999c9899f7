#pragma once

/// @file
/// One face from frame to frame.

#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"
#include "demask/landmark_detector.hpp"
#include "pipeline/face_finder.hpp"
#include "video/face_memory.hpp"
#include "video/one_euro_filter.hpp"

namespace demask::video {

/// Parameters of a track.
struct TrackOptions {
  OneEuroOptions smoothing;  ///< Of landmarks in pixels of the canonical face.
  double mask_seconds = 0.0;
  double paint_seconds = 0.0;
};

/// A tracked face. Its landmarks are filtered in coordinates that the optical flow carries along
/// with the face, so that a filter at rest does not lag behind a face in motion.
class FaceTrack {
 public:
  FaceTrack(std::int64_t id, const TrackOptions& options);

  /// Starts, or starts again, at a face that the detector found in `frame`.
  void start(const ImageView& frame, const pipeline::FoundFace& face, const Landmarks& found);
  /// Moves to where the optical flow says that the face lies in `frame`.
  void predict(const ImageView& frame);
  /// True if landmarks found at region() of `frame` are those of this face: as sure as they used to
  /// be, near the predicted ones, and within the frame.
  bool recognizes(const Landmarks& found, const ImageView& frame) const;
  /// Takes in the landmarks found at region(), `seconds` after those before.
  void follow(const ImageView& frame, const Landmarks& found, double seconds);
  /// A detection of this face: its score counts, its box only if the track's own has drifted off.
  void confirm(const pipeline::FoundFace& face);

  std::int64_t id() const noexcept { return id_; }
  const Box& box() const noexcept { return box_; }
  float score() const noexcept { return score_; }
  /// Smoothed, in pixels of the frame.
  const Landmarks& landmarks() const noexcept { return landmarks_; }
  /// Where the landmarks of this frame are to be looked for.
  FaceRegion region(const ImageView& frame) const;
  /// True if the larger part of the box lies within the frame.
  bool is_within(const ImageView& frame) const;
  const std::shared_ptr<FaceMemory>& memory() const noexcept { return memory_; }

  /// Opens the next frame, `seconds` after the one before.
  void begin_frame(double seconds) noexcept { time_ = {time_.frame + 1, seconds}; }
  const pipeline::FrameTime& time() const noexcept { return time_; }

  /// True once the detector has found the face more than once.
  bool is_confirmed() const noexcept { return is_confirmed_; }

  int missing_frames = 0;     ///< Frames for which the face has not been found.
  int missed_detections = 0;  ///< Runs of the detector in a row that did not find it.

 private:
  void place(const ImageView& frame, const Landmarks& landmarks);

  std::int64_t id_;
  TrackOptions options_;
  Box box_;
  float score_ = 0.0F;
  Landmarks landmarks_;
  Similarity to_canonical_;  ///< By the smoothed landmarks.
  Similarity to_steady_;     ///< To the coordinates that the landmarks are filtered in.
  Box canonical_box_;        ///< The box on the canonical face, with which it moves.
  cv::Mat appearance_;       ///< The canonical face, CV_8UC1.
  float usual_confidence_ = 0.0F;
  bool is_confirmed_ = false;
  std::vector<OneEuroFilter> filters_;  ///< x and y of each landmark.
  pipeline::FrameTime time_;
  std::shared_ptr<FaceMemory> memory_;
};

}  // namespace demask::video

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// One face tracked from frame to frame.

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
  OneEuroOptions smoothing;    ///< For landmarks in pixels of the canonical face.
  double mask_seconds = 0.0;   ///< See FaceMemory.
  double paint_seconds = 0.0;  ///< See FaceMemory.
};

/// A tracked face. Its landmarks are filtered in coordinates that move with the face by optical
/// flow, so that the filter sees a face at rest and does not lag behind its motion.
class FaceTrack {
 public:
  FaceTrack(std::int64_t id, const TrackOptions& options);

  /// Starts or restarts the track at a face that the detector found in `frame`.
  void start(const ImageView& frame, const pipeline::FoundFace& face, const Landmarks& found);
  /// Moves the track to where the optical flow predicts the face in `frame`.
  void predict(const ImageView& frame);
  /// True if landmarks found at region() of `frame` belong to this face: nearly as confident as
  /// usual, near the predicted ones, and within the frame.
  bool recognizes(const Landmarks& found, const ImageView& frame) const;
  /// Updates the track with landmarks found at region(), `seconds` after the previous ones.
  void follow(const ImageView& frame, const Landmarks& found, double seconds);
  /// Confirms the track with a detection of its face. Takes its score, and its box only if the
  /// track's own has drifted away.
  void confirm(const pipeline::FoundFace& face);

  std::int64_t id() const noexcept { return id_; }
  const Box& box() const noexcept { return box_; }
  float score() const noexcept { return score_; }
  /// The smoothed landmarks, in pixels of the frame.
  const Landmarks& landmarks() const noexcept { return landmarks_; }
  /// The region in which to look for the landmarks in this frame.
  FaceRegion region(const ImageView& frame) const;
  /// True if enough of the box's area (40 %) lies within the frame.
  bool is_within(const ImageView& frame) const;
  const std::shared_ptr<FaceMemory>& memory() const noexcept { return memory_; }

  /// Begins the next frame, `seconds` after the previous one.
  void begin_frame(double seconds) noexcept { time_ = {time_.frame + 1, seconds}; }
  const pipeline::FrameTime& time() const noexcept { return time_; }

  /// True once the detector has found the face more than once.
  bool is_confirmed() const noexcept { return is_confirmed_; }

  int missing_frames = 0;     ///< Consecutive frames in which the face was not found.
  int missed_detections = 0;  ///< Consecutive detector runs that did not find it.

 private:
  void place(const ImageView& frame, const Landmarks& landmarks);

  std::int64_t id_;
  TrackOptions options_;
  Box box_;
  float score_ = 0.0F;
  Landmarks landmarks_;
  Similarity to_canonical_;  ///< From the frame, by the smoothed landmarks.
  Similarity to_steady_;     ///< From the frame to the coordinates of the filters.
  Box canonical_box_;        ///< The box in the canonical square, with which it moves.
  cv::Mat appearance_;       ///< The canonical face, CV_8UC1.
  float usual_confidence_ = 0.0F;
  bool is_confirmed_ = false;
  std::vector<OneEuroFilter> filters_;  ///< x and y of each landmark.
  pipeline::FrameTime time_;
  std::shared_ptr<FaceMemory> memory_;
};

}  // namespace demask::video

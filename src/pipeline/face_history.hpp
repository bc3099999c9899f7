// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What the steps may ask about a face's past. Only here do photos and videos differ: a face in a
/// photo has no past, and the video layer implements the history of a face in a video.

#include <memory>
#include <opencv2/core.hpp>
#include <optional>

#include "demask/gender_classifier.hpp"
#include "demask/image.hpp"
#include "pipeline/mask_planes.hpp"

namespace demask::pipeline {

/// The time at which a face is seen.
struct FrameTime {
  int frame = 0;         ///< Frames since the face's history began.
  double seconds = 0.0;  ///< From the previous frame to this one.
};

/// One face over time. Call each function that takes a FrameTime with the frames in order.
class FaceHistory {
 public:
  virtual ~FaceHistory() = default;

  /// Whether landmarks with this mean confidence can be used, given the required `min_confidence`.
  virtual bool trusts(float confidence, float min_confidence, const FrameTime& time) = 0;
  /// Whether a mask found with this certainty can be painted, given the required `min_certainty`.
  virtual bool trusts_mask(float certainty, float min_certainty, const FrameTime& time) = 0;

  /// The side of the canonical square to use, in pixels, for a face that fills `wanted` pixels.
  virtual int side(int wanted) = 0;

  /// The largest scale that the face may have in its canonical square, in (0, 1].
  virtual double max_scale() const = 0;
  /// Stores the scale of the face in its canonical square.
  virtual void keep_scale(double scale) = 0;

  /// The probabilities in the canonical square, blended over time with those of earlier frames in
  /// which the face had the same `scale`.
  virtual MaskPlanes blend_mask(const MaskPlanes& planes, const FrameTime& time, double scale) = 0;
  /// The probabilities in the surround, where the ends of straps are found, blended over time like
  /// those of blend_mask().
  virtual MaskPlanes blend_surround(const MaskPlanes& planes, const FrameTime& time,
                                    double scale) = 0;
  /// Whether to follow straps beyond the square's sides; `leave` says whether they leave the square
  /// in this frame.
  virtual bool follows_straps(bool leave) = 0;

  /// Whether to run the gender classifier on this frame; if so, pass its estimate to
  /// decide_gender().
  virtual bool wants_gender(const FrameTime& time) = 0;
  /// The gender to paint.
  /// @param estimate  The estimate from this frame, if the classifier was run.
  virtual GenderEstimate decide_gender(const std::optional<GenderEstimate>& estimate) = 0;

  /// Blends a painted canonical face (RGB) over time with those of earlier frames of the same
  /// `scale`. Only pixels within `hole` (CV_8UC1, 0/255) change.
  virtual void blend_painted(Image& painted, const cv::Mat& hole, const FrameTime& time,
                             double scale) = 0;
};

/// The empty history of a face in a photo. It has no state, and all faces in photos share it.
std::shared_ptr<FaceHistory> no_history();

}  // namespace demask::pipeline

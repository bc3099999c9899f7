// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What the steps may ask about a face's past. "Photo or video?" is asked nowhere else: a photo's
/// face has no past, and the history of a video's face is implemented by the layer of video.

#include <memory>
#include <opencv2/core.hpp>
#include <optional>

#include "demask/gender_classifier.hpp"
#include "demask/image.hpp"
#include "pipeline/mask_planes.hpp"

namespace demask::pipeline {

/// When a face is seen.
struct FrameTime {
  int frame = 0;         ///< Counted from where its history begins.
  double seconds = 0.0;  ///< From the frame before to this one.
};

/// One face over time. Each function that takes a FrameTime is told of the frames in their order.
class FaceHistory {
 public:
  virtual ~FaceHistory() = default;

  /// Whether landmarks of this mean confidence suffice, where `min_confidence` is asked for.
  virtual bool trusts(float confidence, float min_confidence, const FrameTime& time) = 0;

  /// The largest scale that the face may have in its canonical square, in (0, 1].
  virtual double max_scale() const = 0;
  /// Remembers the scale that the face has in its canonical square.
  virtual void keep_scale(double scale) = 0;

  /// The probabilities in the canonical square, made steady by those of earlier frames in which the
  /// face had the same `scale`.
  virtual MaskPlanes blend_mask(const MaskPlanes& planes, const FrameTime& time, double scale) = 0;
  /// As blend_mask(), of the square with room around it in which the ends of straps are found.
  virtual MaskPlanes blend_surround(const MaskPlanes& planes, const FrameTime& time,
                                    double scale) = 0;
  /// Whether straps are to be followed beyond the square's sides, where in this frame they `leave`
  /// it or do not.
  virtual bool follows_straps(bool leave) = 0;

  /// Whether the gender classifier is to be asked about this frame. The estimate must then be given
  /// to decide_gender().
  virtual bool wants_gender(const FrameTime& time) = 0;
  /// The gender to paint. @param estimate  that of this frame, if the classifier was asked.
  virtual GenderEstimate decide_gender(const std::optional<GenderEstimate>& estimate) = 0;

  /// Makes a painted canonical face (RGB) steady by those of earlier frames of the same `scale`.
  /// Only pixels within `hole` (CV_8UC1, 0/255) change.
  virtual void blend_painted(Image& painted, const cv::Mat& hole, const FrameTime& time,
                             double scale) = 0;
};

/// The history of a face that is seen once: nothing. All faces of photos share one object, which
/// has no state.
std::shared_ptr<FaceHistory> no_history();

}  // namespace demask::pipeline

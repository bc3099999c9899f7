// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What the earlier frames of a video say about one face.

#include <opencv2/core.hpp>
#include <optional>

#include "demask/gender_classifier.hpp"
#include "demask/image.hpp"
#include "pipeline/face_history.hpp"
#include "video/gender_evidence.hpp"

namespace demask::video {

using pipeline::FrameTime;
using pipeline::MaskPlanes;

/// Mask, painting and gender of one tracked face. Masks and paintings are stored in the canonical
/// square, which moves with the face, so that blending combines pixels of the same skin and does
/// not lag behind motion. Frames are counted within the face's track.
class FaceMemory final : public pipeline::FaceHistory {
 public:
  /// @param mask_seconds, paint_seconds  Time constants of the blends; 0 disables blending.
  FaceMemory(double mask_seconds, double paint_seconds)
      : mask_seconds_(mask_seconds), paint_seconds_(paint_seconds) {}

  /// A face trusted in the previous frame is trusted down to three quarters of `min_confidence`;
  /// otherwise a face near the limit would flicker.
  bool trusts(float confidence, float min_confidence, const FrameTime& time) override;
  /// A mask trusted in the previous frame is trusted down to three quarters of `min_certainty`.
  bool trusts_mask(float certainty, float min_certainty, const FrameTime& time) override;

  /// The side changes only if the face grows beyond it or shrinks to less than half of it: blending
  /// starts anew with every change.
  int side(int wanted) override;

  /// The scale never grows: a face whose size followed the lower end of its mask would flicker.
  double max_scale() const override { return scale_; }
  void keep_scale(double scale) override { scale_ = scale; }

  /// Blends only if the previous frame has a mask: an older one belongs to an earlier appearance of
  /// the face.
  MaskPlanes blend_mask(const MaskPlanes& planes, const FrameTime& time, double scale) override;
  MaskPlanes blend_surround(const MaskPlanes& planes, const FrameTime& time, double scale) override;

  /// True from the first frame in which straps leave the square: straps followed only in some
  /// frames would flicker.
  bool follows_straps(bool leave) override { return straps_leave_ = straps_leave_ || leave; }

  /// True for the track's first frames, and at regular intervals after them.
  bool wants_gender(const FrameTime& time) override;
  /// Decides from all estimates so far.
  GenderEstimate decide_gender(const std::optional<GenderEstimate>& estimate) override;

  void blend_painted(Image& painted, const cv::Mat& hole, const FrameTime& time,
                     double scale) override;

 private:
  // Probabilities, the scale of the face in them, and the last frame that contributed to them.
  struct Map {
    MaskPlanes planes;
    double scale = 1.0;
    int frame = 0;
  };

  MaskPlanes blend_planes(const MaskPlanes& planes, const FrameTime& time, double scale,
                          Map& before) const;

  double mask_seconds_;
  double paint_seconds_;
  GenderEvidence gender_;
  int wanted_estimates_ = 0;
  int side_ = 0;  // 0 before the first frame.
  double scale_ = 1.0;
  bool straps_leave_ = false;
  std::optional<int> trusted_frame_;       // The last frame whose landmarks were trusted.
  std::optional<int> trusted_mask_frame_;  // The last frame whose mask was trusted.
  Map mask_;
  Map surround_;
  cv::Mat painted_;  // CV_32FC3.
  cv::Mat hole_;     // CV_8UC1: where `painted_` is a painting.
  int painted_frame_ = 0;
  double painted_scale_ = 1.0;  // Of the face in `painted_`.
};

}  // namespace demask::video

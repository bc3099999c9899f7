#pragma once

/// @file
/// What the frames of a video so far tell of one face.

#include <opencv2/core.hpp>
#include <optional>

#include "demask/gender_classifier.hpp"
#include "demask/image.hpp"
#include "video/gender_evidence.hpp"

namespace demask::pipeline {

/// When a tracked face is seen.
struct FrameTime {
  int frame = 0;         ///< Of its track.
  double seconds = 0.0;  ///< From the frame before to this one.
};

/// Mask, painting and gender of one tracked face. Masks and paintings are remembered on the
/// canonical face, which moves with the face: what is blended lies on the same skin, and does not
/// lag behind it.
class FaceMemory {
 public:
  /// @param mask_seconds, paint_seconds  time constants of the blends; 0 remembers nothing.
  FaceMemory(double mask_seconds, double paint_seconds)
      : mask_seconds_(mask_seconds), paint_seconds_(paint_seconds) {}

  // Each of these takes the frames in their order.

  /// The probability of mask (CV_32FC1, canonical), or of mask and straps (CV_32FC2), made steady
  /// by those before of the same `scale`.
  cv::Mat blend_mask(const cv::Mat& probability, const FrameTime& time, double scale);

  /// The same in the square with room around it.
  cv::Mat blend_surround(const cv::Mat& probability, const FrameTime& time, double scale);

  /// Whether straps have left the square in any frame, this one included, in which they do or do
  /// not leave it: straps that are followed in some frames only would flicker.
  bool note_straps(bool leave) noexcept { return straps_leave_ = straps_leave_ || leave; }

  /// Whether landmarks of this mean confidence suffice, of which at least `least` is asked: a face
  /// that was good enough in the frame before may fall to three quarters of that, or one near the
  /// limit would come and go.
  bool trusts(float confidence, float least, const FrameTime& time) noexcept;

  /// Makes a painting (RGB, canonical) steady by those before of the same `scale` within `hole`
  /// (CV_8UC1); the pixels outside of it stay.
  void blend_painted(Image& painted, const cv::Mat& hole, const FrameTime& time, double scale);

  /// The scale of the face in its square, which never grows: a face that came and went in size with
  /// the end of its mask would flicker.
  double scale() const noexcept { return scale_; }
  void keep_scale(double scale) noexcept { scale_ = scale; }

  /// Whether the classifier should have a look at this frame: at each of a track's first frames,
  /// and at some of the later ones. A look that is wanted has to be added.
  bool wants_gender(const FrameTime& time);
  /// Takes a look into account and returns the decision.
  GenderEstimate add_gender(const GenderEstimate& look);
  GenderEstimate gender() const { return gender_.decision(); }

 private:
  /// Probabilities, the scale of the face in them, and the frame that they were last seen in.
  struct Map {
    cv::Mat values;
    double scale = 1.0;
    int frame = 0;
  };

  cv::Mat blend_map(const cv::Mat& probability, const FrameTime& time, double scale,
                    Map& before) const;

  double mask_seconds_;
  double paint_seconds_;
  GenderEvidence gender_;
  int wanted_looks_ = 0;
  double scale_ = 1.0;
  bool straps_leave_ = false;
  std::optional<int> trusted_frame_;  ///< The last one.
  Map mask_;
  Map surround_;
  cv::Mat painted_;  ///< CV_32FC3.
  cv::Mat hole_;     ///< CV_8UC1: where `painted_` is a painting.
  int painted_frame_ = 0;
  double painted_scale_ = 1.0;  ///< Of the face in `painted_`.
};

}  // namespace demask::pipeline

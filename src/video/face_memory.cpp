// SPDX-License-Identifier: Apache-2.0
#include "video/face_memory.hpp"

#include <vector>

#include "imaging/mat.hpp"
#include "imaging/temporal_blend.hpp"

namespace demask::video {
namespace {

// A new face gets this many estimates, one per frame, and then one every so many frames.
constexpr int first_estimates = 12;
constexpr int estimate_interval = 12;
// Differences from the previous frame up to `noise` are blended fully and those from `change` on
// not at all: of a probability, and of a painting's levels.
constexpr double mask_noise = 0.1;
constexpr double mask_change = 0.5;
constexpr double paint_noise = 12.0;
constexpr double paint_change = 48.0;
// Fraction of the required value that suffices for what was trusted in the previous frame.
constexpr float share_to_stay = 0.75F;

// Whether a value reaches its minimum, lowered if `last`, the last frame in which it did, is the
// previous one; if so, this frame becomes the last.
bool reaches(float value, float minimum, const FrameTime& time, std::optional<int>& last) {
  const bool did = last && *last + 1 == time.frame;
  if (!(value >= (did ? share_to_stay * minimum : minimum))) {
    return false;
  }
  last = time.frame;
  return true;
}

// The planes that are not empty: the mask and, if the segmenter finds them, the straps.
std::vector<cv::Mat> planes_in(const MaskPlanes& planes) {
  std::vector<cv::Mat> present;
  for (const cv::Mat& plane : {planes.mask, planes.straps}) {
    if (!plane.empty()) {
      present.push_back(plane);
    }
  }
  return present;
}

// Copies of the planes with NaN replaced by 0.
std::vector<cv::Mat> finite_planes(const MaskPlanes& planes) {
  std::vector<cv::Mat> finite = planes_in(planes);
  for (cv::Mat& plane : finite) {
    plane = plane.clone();
    cv::patchNaNs(plane, 0.0);
  }
  return finite;
}

}  // namespace

int FaceMemory::side(int wanted) {
  if (wanted > side_ || 2 * wanted < side_) {
    side_ = wanted;
  }
  return side_;
}

MaskPlanes FaceMemory::blend_planes(const MaskPlanes& planes, const FrameTime& time, double scale,
                                    Map& before) const {
  std::vector<cv::Mat> current = finite_planes(planes);
  const std::vector<cv::Mat> remembered = planes_in(before.planes);
  if (remembered.size() == current.size() && before.scale == scale &&
      before.frame + 1 == time.frame && remembered.front().size() == current.front().size()) {
    current = imaging::blend_over_time(
        remembered, current,
        {imaging::gain_of(time.seconds, mask_seconds_), mask_noise, mask_change});
  }
  before = {{current.front(), current.size() > 1 ? current.back() : cv::Mat()}, scale, time.frame};
  return before.planes;
}

MaskPlanes FaceMemory::blend_mask(const MaskPlanes& planes, const FrameTime& time, double scale) {
  return blend_planes(planes, time, scale, mask_);
}

MaskPlanes FaceMemory::blend_surround(const MaskPlanes& planes, const FrameTime& time,
                                      double scale) {
  return blend_planes(planes, time, scale, surround_);
}

bool FaceMemory::trusts(float confidence, float min_confidence, const FrameTime& time) {
  return reaches(confidence, min_confidence, time, trusted_frame_);
}

bool FaceMemory::trusts_mask(float certainty, float min_certainty, const FrameTime& time) {
  return reaches(certainty, min_certainty, time, trusted_mask_frame_);
}

void FaceMemory::blend_painted(Image& painted, const cv::Mat& hole, const FrameTime& time,
                               double scale) {
  const cv::Mat levels = imaging::as_mat(painted);
  cv::Mat current;
  levels.convertTo(current, CV_32F);
  // A painting older than the previous frame belongs to an earlier appearance of the face.
  if (painted_.size() == current.size() && painted_frame_ + 1 == time.frame &&
      painted_scale_ == scale) {
    current = imaging::blend_over_time(
        painted_, current, hole_,
        {imaging::gain_of(time.seconds, paint_seconds_), paint_noise, paint_change});
    cv::Mat rounded;
    current.convertTo(rounded, CV_8U);
    rounded.copyTo(levels, hole);
  }
  painted_ = current;
  hole_ = hole.clone();
  painted_frame_ = time.frame;
  painted_scale_ = scale;
}

bool FaceMemory::wants_gender(const FrameTime& time) {
  const bool is_wanted = wanted_estimates_ < first_estimates || time.frame % estimate_interval == 0;
  wanted_estimates_ += is_wanted ? 1 : 0;
  return is_wanted;
}

GenderEstimate FaceMemory::decide_gender(const std::optional<GenderEstimate>& estimate) {
  if (estimate) {
    gender_.add(*estimate);
  }
  return gender_.decision();
}

}  // namespace demask::video

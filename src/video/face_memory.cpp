#include "video/face_memory.hpp"

#include "imaging/mat.hpp"
#include "imaging/temporal_blend.hpp"

namespace demask::pipeline {
namespace {

// Looks at a new face, one a frame, and then one in so many frames.
constexpr int first_looks = 12;
constexpr int look_interval = 12;
// Bounds of noise and change: of a probability, and of a painting's levels.
constexpr double mask_noise = 0.1;
constexpr double mask_change = 0.5;
constexpr double paint_noise = 12.0;
constexpr double paint_change = 48.0;
// Share of the least confidence that a face may fall to which had it.
constexpr float share_to_stay = 0.75F;

}  // namespace

cv::Mat FaceMemory::blend_map(const cv::Mat& probability, const FrameTime& time, double scale,
                              Map& before) const {
  cv::Mat finite = probability.clone();
  cv::patchNaNs(finite, 0.0);
  // A mask of long ago belongs to another look of the face.
  if (before.values.type() == finite.type() && !before.values.empty() && before.scale == scale &&
      before.frame + 1 == time.frame) {
    finite = imaging::blend_over_time(
        before.values, finite, {},
        {imaging::gain_of(time.seconds, mask_seconds_), mask_noise, mask_change});
  }
  before = {finite, scale, time.frame};
  return finite;
}

cv::Mat FaceMemory::blend_mask(const cv::Mat& probability, const FrameTime& time, double scale) {
  return blend_map(probability, time, scale, mask_);
}

cv::Mat FaceMemory::blend_surround(const cv::Mat& probability, const FrameTime& time,
                                   double scale) {
  return blend_map(probability, time, scale, surround_);
}

bool FaceMemory::trusts(float confidence, float least, const FrameTime& time) noexcept {
  const bool was_trusted = trusted_frame_ && *trusted_frame_ + 1 == time.frame;
  if (!(confidence >= (was_trusted ? share_to_stay * least : least))) {
    return false;
  }
  trusted_frame_ = time.frame;
  return true;
}

void FaceMemory::blend_painted(Image& painted, const cv::Mat& hole, const FrameTime& time,
                               double scale) {
  const cv::Mat levels = imaging::as_mat(painted);
  cv::Mat current;
  levels.convertTo(current, CV_32F);
  // A painting of long ago belongs to another look of the face.
  if (!painted_.empty() && painted_frame_ + 1 == time.frame && painted_scale_ == scale) {
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
  const bool is_wanted = wanted_looks_ < first_looks || time.frame % look_interval == 0;
  wanted_looks_ += is_wanted ? 1 : 0;
  return is_wanted;
}

GenderEstimate FaceMemory::add_gender(const GenderEstimate& look) {
  gender_.add(look);
  return gender_.decision();
}

}  // namespace demask::pipeline

// SPDX-License-Identifier: Apache-2.0
#include "video/face_track.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "core/landmarks.hpp"
#include "imaging/preprocess.hpp"
#include "pipeline/align_step.hpp"
#include "pipeline/landmark_search.hpp"
#include "video/face_motion.hpp"

namespace demask::video {
namespace {

// Landmarks below this fraction of the usual confidence do not belong to the face.
constexpr float min_confidence = 0.6F;
// Nor do landmarks whose mean distance from the predicted ones, in eye distances, exceeds this.
constexpr double max_residual = 0.35;
// Fraction of the box's area that must lie within the frame.
constexpr float min_visible = 0.4F;
// If a track's box overlaps its detection by less than this, the box has drifted away.
constexpr float min_box_overlap = 0.5F;
// Weight of a new frame in the usual confidence, a running mean.
constexpr float confidence_gain = 0.05F;

constexpr double eye_distance = 0.3 * canonical_size;

cv::Mat appearance_at(const ImageView& frame, const Similarity& to_canonical) {
  cv::Mat gray;
  cv::cvtColor(imaging::warp_to_square(frame, to_canonical, canonical_size), gray,
               cv::COLOR_RGB2GRAY);
  return gray;
}

// Moves a box's center by the transform and scales its sides; the box stays upright.
Box moved(const Box& box, const Similarity& transform) {
  const Point middle = transform({box.x + 0.5F * box.width, box.y + 0.5F * box.height});
  const auto scale = static_cast<float>(transform.scale());
  const float width = box.width * scale;
  const float height = box.height * scale;
  return {middle.x - 0.5F * width, middle.y - 0.5F * height, width, height};
}

double mean_distance(const Landmarks& a, const Landmarks& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.points.size(); ++i) {
    sum += std::hypot(static_cast<double>(a.points[i].x) - static_cast<double>(b.points[i].x),
                      static_cast<double>(a.points[i].y) - static_cast<double>(b.points[i].y));
  }
  return sum / static_cast<double>(a.points.size());
}

}  // namespace

FaceTrack::FaceTrack(std::int64_t id, const TrackOptions& options)
    : id_(id),
      options_(options),
      memory_(std::make_shared<FaceMemory>(options.mask_seconds, options.paint_seconds)) {}

void FaceTrack::place(const ImageView& frame, const Landmarks& landmarks) {
  landmarks_ = landmarks;
  if (pipeline::can_be_aligned(landmarks_, frame)) {
    to_canonical_ = canonical_similarity(landmarks_);
  }
  appearance_ = appearance_at(frame, to_canonical_);
}

void FaceTrack::start(const ImageView& frame, const pipeline::FoundFace& face,
                      const Landmarks& found) {
  is_confirmed_ = !landmarks_.empty();
  box_ = face.box;
  score_ = face.score;
  place(frame, found);
  canonical_box_ = moved(box_, to_canonical_);
  to_steady_ = to_canonical_;
  usual_confidence_ = pipeline::mean_confidence(found);
  filters_.assign(2 * found.points.size(), OneEuroFilter(options_.smoothing));
  for (std::size_t i = 0; i < found.points.size(); ++i) {
    const Point p = to_steady_(found.points[i]);
    filters_[2 * i].filter(static_cast<double>(p.x), 0.0);
    filters_[2 * i + 1].filter(static_cast<double>(p.y), 0.0);
  }
  missing_frames = 0;
  missed_detections = 0;
}

void FaceTrack::predict(const ImageView& frame) {
  const Landmarks canonical = core::transformed(landmarks_, to_canonical_);
  const std::optional<Similarity> motion = face_motion(
      appearance_, appearance_at(frame, to_canonical_), face_area(canonical, canonical_size));
  if (!motion || !(motion->scale() > 0.0)) {
    return;
  }
  const Similarity from_canonical = to_canonical_.inverse();
  const Similarity in_frame = from_canonical * *motion * to_canonical_;
  landmarks_ = core::transformed(landmarks_, in_frame);
  to_steady_ = to_steady_ * in_frame.inverse();
  to_canonical_ = to_canonical_ * in_frame.inverse();
  box_ = moved(canonical_box_, to_canonical_.inverse());
}

FaceRegion FaceTrack::region(const ImageView& frame) const {
  // Filtering over time replaces averaging with the mirror image.
  return {frame, box_, static_cast<float>(-to_canonical_.rotation()), /*single_pass=*/true};
}

bool FaceTrack::recognizes(const Landmarks& found, const ImageView& frame) const {
  const double residual = mean_distance(found, landmarks_) * to_canonical_.scale() / eye_distance;
  return pipeline::mean_confidence(found) >= min_confidence * usual_confidence_ &&
         residual <= max_residual && is_within(frame) && pipeline::can_be_aligned(found, frame);
}

bool FaceTrack::is_within(const ImageView& frame) const {
  const float width =
      std::min(box_.right(), static_cast<float>(frame.width)) - std::max(box_.x, 0.0F);
  const float height =
      std::min(box_.bottom(), static_cast<float>(frame.height)) - std::max(box_.y, 0.0F);
  return Box{0.0F, 0.0F, width, height}.area() >= min_visible * box_.area();
}

void FaceTrack::follow(const ImageView& frame, const Landmarks& found, double seconds) {
  usual_confidence_ += confidence_gain * (pipeline::mean_confidence(found) - usual_confidence_);
  const Similarity from_steady = to_steady_.inverse();
  Landmarks smooth = found;
  for (std::size_t i = 0; i < smooth.points.size(); ++i) {
    const Point p = to_steady_(smooth.points[i]);
    smooth.points[i] = from_steady(
        {static_cast<float>(filters_[2 * i].filter(static_cast<double>(p.x), seconds)),
         static_cast<float>(filters_[2 * i + 1].filter(static_cast<double>(p.y), seconds))});
  }
  place(frame, smooth);
  box_ = moved(canonical_box_, to_canonical_.inverse());
  missing_frames = 0;
}

void FaceTrack::confirm(const pipeline::FoundFace& face) {
  is_confirmed_ = true;
  score_ = face.score;
  missed_detections = 0;
  if (intersection_over_union(box_, face.box) < min_box_overlap) {
    box_ = face.box;
    canonical_box_ = moved(box_, to_canonical_);
  }
}

}  // namespace demask::video

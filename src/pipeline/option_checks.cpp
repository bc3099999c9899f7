#include "pipeline/option_checks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "demask/error.hpp"

namespace demask::pipeline {
namespace {

void require_range(const char* name, double value, double least, double most) {
  if (!(value >= least && value <= most)) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{}: {} is out of range; use a value from {} to {}", name, value, least, most));
  }
}

void require_threshold(const char* name, const std::optional<float>& value) {
  if (value) {
    require_range(name, *value, 0.0, 1.0);
  }
}

void require_choice(const char* name, int value, int last) {
  if (value < 0 || value > last) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: {} is not one of its values; use 0 to {}", name, value, last));
  }
}

void check_boxes(const std::vector<Box>& boxes) {
  for (const Box& box : boxes) {
    const bool finite = std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
                        std::isfinite(box.height);
    if (!finite || !(box.width > 0.0F) || !(box.height > 0.0F)) {
      throw Error(ErrorCode::invalid_argument,
                  "boxes: a face box is empty or not finite; pass positive sizes in pixels");
    }
  }
}

void check_track(const VideoOptions& options) {
  const FaceSelection selection = options.reconstruct.selection;
  if (selection == FaceSelection::index) {
    throw Error(ErrorCode::invalid_argument,
                "selection: index counts the faces of one photo; name a track_id for a video");
  }
  if (!options.track_id) {
    return;
  }
  if (selection != FaceSelection::all) {
    throw Error(ErrorCode::invalid_argument,
                "track_id and selection: both are given; name the track alone");
  }
  if (*options.track_id < 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("track_id: {} is negative; ids count from 0", *options.track_id));
  }
}

}  // namespace

void check_options(const ReconstructOptions& options) {
  require_choice("gender", static_cast<int>(options.gender), 2);
  require_choice("blend", static_cast<int>(options.blend), 2);
  require_choice("selection", static_cast<int>(options.selection), 2);
  require_range("gender_margin", options.gender_margin, 0.0, 0.5);
  require_range("mask_dilation", options.mask_dilation, 0.0, 0.25);
  require_range("min_mask_area", options.min_mask_area, 0.0, 1.0);
  require_range("min_face_size", options.min_face_size, 0.0, 1e9);
  require_threshold("detection_threshold", options.detection_threshold);
  require_threshold("segmentation_threshold", options.segmentation_threshold);
  require_threshold("min_landmark_confidence", options.min_landmark_confidence);
  if (options.max_pixels <= 0) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("max_pixels: {} is not positive; pass a number of pixels", options.max_pixels));
  }
  if (options.face_index < 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("face_index: {} is negative; count faces from 0", options.face_index));
  }
  if (!options.boxes.empty() && !options.landmarks.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "boxes and landmarks: both are given; pass the landmarks alone");
  }
  check_boxes(options.boxes);
  for (const Landmarks& landmarks : options.landmarks) {
    static_cast<void>(to_ibug68(landmarks));  // Throws for a malformed set.
  }
}

void check_options(const VideoOptions& options) {
  const ReconstructOptions& photo = options.reconstruct;
  check_options(photo);
  if (photo.mask || !photo.boxes.empty() || !photo.landmarks.empty() || photo.both_when_uncertain) {
    throw Error(ErrorCode::invalid_argument,
                "options: a mask, boxes, landmarks and both_when_uncertain belong to one photo; "
                "leave them unset for a video");
  }
  check_track(options);
  require_range("detect_interval", options.detect_interval, 1.0, 1000.0);
  require_range("landmark_cutoff", options.landmark_cutoff, 1e-6, 1000.0);
  require_range("landmark_beta", options.landmark_beta, 0.0, 1000.0);
  require_range("mask_seconds", options.mask_seconds, 0.0, 10.0);
  require_range("paint_seconds", options.paint_seconds, 0.0, 10.0);
}

void check_given_mask(const ImageView& mask, const ImageView& photo) {
  validate(mask, INT64_MAX);
  if (mask.format != PixelFormat::gray) {
    throw Error(ErrorCode::invalid_argument, "mask: it is not gray; pass one 8-bit channel");
  }
  if (mask.width != photo.width || mask.height != photo.height) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("mask: it has {} x {} pixels, the photo {} x {}; pass one of the "
                            "photo's size",
                            mask.width, mask.height, photo.width, photo.height));
  }
}

}  // namespace demask::pipeline

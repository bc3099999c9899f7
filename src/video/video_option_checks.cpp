#include "video/video_option_checks.hpp"

#include "demask/error.hpp"
#include "pipeline/option_checks.hpp"
#include "pipeline/option_values.hpp"

namespace demask::video {

void check_options(const VideoOptions& options) {
  const ReconstructOptions& photo = options.reconstruct;
  pipeline::check_options(photo);
  if (pipeline::has_mask(photo) || !photo.boxes.empty() || !photo.landmarks.empty() ||
      photo.both_when_uncertain) {
    throw Error(ErrorCode::invalid_argument,
                "options: a mask, boxes, landmarks and both_when_uncertain belong to one photo; "
                "leave them unset for a video");
  }
  pipeline::require_range("detect_interval", options.detect_interval, 1.0, 1000.0);
  pipeline::require_range("landmark_cutoff", options.landmark_cutoff, 1e-6, 1000.0);
  pipeline::require_range("landmark_beta", options.landmark_beta, 0.0, 1000.0);
  pipeline::require_range("mask_seconds", options.mask_seconds, 0.0, 10.0);
  pipeline::require_range("paint_seconds", options.paint_seconds, 0.0, 10.0);
}

}  // namespace demask::video

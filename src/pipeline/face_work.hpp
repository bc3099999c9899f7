#pragma once

/// @file
/// One face on its way through the pipeline.

#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "demask/face_reconstructor.hpp"
#include "demask/geometry.hpp"
#include "video/face_memory.hpp"

namespace demask::pipeline {

struct FaceWork {
  ImageView photo;
  std::size_t photo_index = 0;
  FaceResult result;
  float roll = 0.0F;
  std::optional<std::size_t> instance;  ///< Of the photo's masks, the one it was found by.
  double scale = 1.0;  ///< Of the face in its square, over that of canonical_similarity().
  Similarity to_canonical;
  Landmarks canonical_landmarks;
  cv::Mat canonical;          ///< RGB, CV_8UC3.
  cv::Mat hole;               ///< CV_8UC1, 0/255; dilated.
  bool straps_leave = false;  ///< The square, by its sides.
  cv::Mat surround;           ///< RGB, CV_8UC3, the square with room around it, if straps leave it.
  cv::Mat surround_hole;  ///< CV_8UC1, 0/255; the hole with their ends, empty if there are none.
  std::optional<GenderEstimate> look;  ///< What the gender classifier made of it, if it was asked.
  std::shared_ptr<FaceMemory> memory;  ///< Of the face's track; null for a photo.
  FrameTime time;                      ///< Of a face with a memory.
  bool active = true;                  ///< False once the face is known to stay as it is.

  void finish(FaceStatus status) {
    result.status = status;
    active = false;
  }
  void add_time(PipelineStep step, double milliseconds) {
    result.milliseconds[step] += milliseconds;
  }
};

}  // namespace demask::pipeline

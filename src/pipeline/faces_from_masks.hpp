#pragma once

/// @file
/// The faces that wear the masks an instance segmenter found.

#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

#include "demask/face_detector.hpp"
#include "demask/segmenter.hpp"

namespace demask::pipeline {

/// A face, and which of the instances it wears.
struct MaskedFace : Detection {
  std::size_t instance = 0;
};

/// The face that wears a mask with this box (in pixels of the photo), as
/// make_mask_face_detector() describes it.
Detection face_of_mask(const cv::Rect& mask);

/// One face for each instance with pixels of at least `mask_threshold`, best score first. Faces
/// that overlap a better one are left out as DetectOptions::nms_iou says.
std::vector<MaskedFace> faces_from_masks(const std::vector<MaskInstance>& instances,
                                         float mask_threshold, const DetectOptions& options);

}  // namespace demask::pipeline

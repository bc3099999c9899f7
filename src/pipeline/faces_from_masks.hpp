// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Derives faces from the masks that an instance segmenter found.

#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

#include "demask/face_detector.hpp"
#include "demask/segmenter.hpp"

namespace demask::pipeline {

/// A face and the index of the mask instance it wears.
struct MaskedFace : Detection {
  std::size_t instance = 0;
};

/// The face that wears a mask with this box (in pixels of the photo), derived as
/// make_mask_face_detector() describes.
Detection face_of_mask(const cv::Rect& mask);

/// One face per instance that has pixels of at least `mask_threshold`, best score first. Faces that
/// overlap a better one by more than DetectOptions::nms_iou are left out.
std::vector<MaskedFace> faces_from_masks(const std::vector<MaskInstance>& instances,
                                         float mask_threshold, const DetectOptions& options);

}  // namespace demask::pipeline

#pragma once

/// @file
/// Non-maximum suppression.

#include <vector>

#include "demask/face_detector.hpp"

namespace demask::stages {

/// The detections that overlap no better one by an intersection over union above `max_iou`, best
/// score first. Of equal scores the earlier one counts as better.
std::vector<Detection> suppress_overlaps(std::vector<Detection> candidates, float max_iou);

}  // namespace demask::stages

#pragma once

/// @file
/// Assigns detections to true boxes.

#include <vector>

#include "demask/face_detector.hpp"
#include "demask/geometry.hpp"

namespace demask::training {

/// Which label each detection hits: its index, or -1. Detections choose in the order of their
/// score; each takes the label of largest overlap that is still free, if the intersection over
/// union reaches `iou`.
std::vector<int> match_detections(const std::vector<Detection>& detections,
                                  const std::vector<Box>& labels, float iou);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Assigns detections to true boxes.

#include <vector>

#include "demask/face_detector.hpp"
#include "demask/geometry.hpp"

namespace demask::training {

/// The index of the label that each detection matches, or -1. In order of descending score, each
/// detection takes the unmatched label that it overlaps most, if their intersection over union
/// reaches `iou`.
std::vector<int> match_detections(const std::vector<Detection>& detections,
                                  const std::vector<Box>& labels, float iou);

}  // namespace demask::training

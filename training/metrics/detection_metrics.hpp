// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Precision and recall of a detector.

#include <cstddef>
#include <vector>

#include "demask/face_detector.hpp"

namespace demask::training {

/// Precision and recall of a detector over many photos. True faces whose larger side is below
/// `min_side` pixels count neither for nor against it.
class DetectionMetrics {
 public:
  explicit DetectionMetrics(float min_side, float iou = 0.5F) : min_side_(min_side), iou_(iou) {}

  /// Adds the detections and the true faces of one photo.
  void add(const std::vector<Detection>& found, const std::vector<Box>& truth);

  /// Area under the precision-recall curve, interpolated at every recall.
  double average_precision() const;
  /// Share of the true faces found with at least this score.
  double recall(float score) const;
  /// Share of the detections with at least this score that are faces; 1 if there are none.
  double precision(float score) const;

 private:
  struct Answer {
    float score;
    bool right;
  };
  float min_side_;
  float iou_;
  std::size_t faces_ = 0;
  std::vector<Answer> answers_;
};

}  // namespace demask::training

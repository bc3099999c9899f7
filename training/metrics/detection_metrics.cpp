// SPDX-License-Identifier: Apache-2.0
#include "metrics/detection_metrics.hpp"

#include <algorithm>

#include "metrics/detection_matching.hpp"

namespace demask::training {

void DetectionMetrics::add(const std::vector<Detection>& found, const std::vector<Box>& truth) {
  const auto counts = [this](const Box& box) {
    return std::max(box.width, box.height) >= min_side_;
  };
  faces_ += static_cast<std::size_t>(std::count_if(truth.begin(), truth.end(), counts));
  const std::vector<int> hits = match_detections(found, truth, iou_);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool right = hits[i] >= 0;
    if (counts(right ? truth[static_cast<std::size_t>(hits[i])] : found[i].box)) {
      answers_.push_back({found[i].score, right});
    }
  }
}

double DetectionMetrics::average_precision() const {
  std::vector<Answer> sorted = answers_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Answer& a, const Answer& b) { return a.score > b.score; });
  std::vector<double> precisions;
  std::size_t right = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (!sorted[i].right) {
      continue;
    }
    ++right;
    precisions.push_back(static_cast<double>(right) / static_cast<double>(i + 1));
  }
  double sum = 0.0;
  double best = 0.0;
  for (auto p = precisions.rbegin(); p != precisions.rend(); ++p) {
    best = std::max(best, *p);
    sum += best;
  }
  return faces_ > 0 ? sum / static_cast<double>(faces_) : 0.0;
}

double DetectionMetrics::recall(float score) const {
  const auto right = std::count_if(answers_.begin(), answers_.end(), [score](const Answer& a) {
    return a.right && a.score >= score;
  });
  return faces_ > 0 ? static_cast<double>(right) / static_cast<double>(faces_) : 0.0;
}

double DetectionMetrics::precision(float score) const {
  std::size_t all = 0;
  std::size_t right = 0;
  for (const Answer& answer : answers_) {
    if (answer.score < score) {
      continue;
    }
    ++all;
    right += answer.right ? 1 : 0;
  }
  return all > 0 ? static_cast<double>(right) / static_cast<double>(all) : 1.0;
}

}  // namespace demask::training

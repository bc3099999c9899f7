// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Non-maximum suppression.

#include <algorithm>
#include <utility>
#include <vector>

#include "demask/face_detector.hpp"

namespace demask::stages {

/// Non-maximum suppression: drops each candidate (a Detection, or a type derived from it) whose
/// intersection over union with a better one that is kept exceeds `max_iou`. Returns the others,
/// best score first; of equal scores the earlier candidate is the better one.
template <typename Candidate = Detection>
std::vector<Candidate> suppress_overlaps(std::vector<Candidate> candidates, float max_iou) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Detection& a, const Detection& b) { return a.score > b.score; });
  std::vector<Candidate> kept;
  for (Candidate& candidate : candidates) {
    const bool overlapped = std::any_of(kept.begin(), kept.end(), [&](const Detection& better) {
      return intersection_over_union(better.box, candidate.box) > max_iou;
    });
    if (!overlapped) {
      kept.push_back(std::move(candidate));
    }
  }
  return kept;
}

}  // namespace demask::stages

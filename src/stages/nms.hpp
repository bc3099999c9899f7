#pragma once

/// @file
/// Non-maximum suppression.

#include <algorithm>
#include <utility>
#include <vector>

#include "demask/face_detector.hpp"

namespace demask::stages {

/// The candidates (a Detection, or derived from it) that overlap no better one by an intersection
/// over union above `max_iou`, best score first. Of equal scores the earlier one counts as better.
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

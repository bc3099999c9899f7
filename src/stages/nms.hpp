// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Non-maximum suppression.

#include <algorithm>
#include <utility>
#include <vector>

#include "demask/face_detector.hpp"

namespace demask::stages {

/// Drops each candidate (a Detection, or a type derived from it) that shows the same face as a
/// better one that is kept. Returns the others, best score first; of equal scores the earlier
/// candidate is the better one.
/// @param is_same `is_same(better, candidate)`: whether both show one face.
template <typename Candidate, typename IsSame>
std::vector<Candidate> keep_best(std::vector<Candidate> candidates, const IsSame& is_same) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Detection& a, const Detection& b) { return a.score > b.score; });
  std::vector<Candidate> kept;
  for (Candidate& candidate : candidates) {
    const bool is_double = std::any_of(kept.begin(), kept.end(), [&](const Candidate& better) {
      return is_same(better, candidate);
    });
    if (!is_double) {
      kept.push_back(std::move(candidate));
    }
  }
  return kept;
}

/// keep_best() with the rule that boxes whose intersection over union exceeds `max_iou` show one
/// face.
template <typename Candidate = Detection>
std::vector<Candidate> suppress_overlaps(std::vector<Candidate> candidates, float max_iou) {
  return keep_best(std::move(candidates), [max_iou](const Detection& a, const Detection& b) {
    return intersection_over_union(a.box, b.box) > max_iou;
  });
}

/// The share of a box that lies within another, in [0, 1]; 0 for an empty box.
inline float share_within(const Box& box, const Box& other) {
  const float width = std::min(box.right(), other.right()) - std::max(box.x, other.x);
  const float height = std::min(box.bottom(), other.bottom()) - std::max(box.y, other.y);
  const float area = box.area();
  return width > 0.0F && height > 0.0F && area > 0.0F ? width * height / area : 0.0F;
}

}  // namespace demask::stages

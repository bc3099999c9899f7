#include "stages/nms.hpp"

#include <algorithm>

namespace demask::stages {

std::vector<Detection> suppress_overlaps(std::vector<Detection> candidates, float max_iou) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Detection& a, const Detection& b) { return a.score > b.score; });
  std::vector<Detection> kept;
  for (const Detection& candidate : candidates) {
    const bool overlapped = std::any_of(kept.begin(), kept.end(), [&](const Detection& better) {
      return intersection_over_union(better.box, candidate.box) > max_iou;
    });
    if (!overlapped) {
      kept.push_back(candidate);
    }
  }
  return kept;
}

}  // namespace demask::stages

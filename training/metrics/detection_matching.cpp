// SPDX-License-Identifier: Apache-2.0
#include "metrics/detection_matching.hpp"

#include <algorithm>
#include <numeric>

namespace demask::training {

std::vector<int> match_detections(const std::vector<Detection>& detections,
                                  const std::vector<Box>& labels, float iou) {
  std::vector<std::size_t> order(detections.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return detections[a].score > detections[b].score;
  });
  std::vector<bool> taken(labels.size(), false);
  std::vector<int> hits(detections.size(), -1);
  for (const std::size_t d : order) {
    float best = iou;
    for (std::size_t l = 0; l < labels.size(); ++l) {
      const float overlap = intersection_over_union(detections[d].box, labels[l]);
      if (taken[l] || overlap < best) {
        continue;
      }
      best = overlap;
      hits[d] = static_cast<int>(l);
    }
    if (hits[d] >= 0) {
      taken[static_cast<std::size_t>(hits[d])] = true;
    }
  }
  return hits;
}

}  // namespace demask::training

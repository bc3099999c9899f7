// SPDX-License-Identifier: Apache-2.0
#include "video/track_association.hpp"

#include <algorithm>

namespace demask::video {
namespace {

struct Pair {
  float overlap;
  std::size_t known;
  std::size_t found;
};

}  // namespace

std::vector<std::optional<std::size_t>> associate(const std::vector<Box>& known,
                                                  const std::vector<Box>& found,
                                                  float min_overlap) {
  std::vector<Pair> pairs;
  for (std::size_t k = 0; k < known.size(); ++k) {
    for (std::size_t f = 0; f < found.size(); ++f) {
      const float overlap = intersection_over_union(known[k], found[f]);
      if (overlap >= min_overlap) {
        pairs.push_back({overlap, k, f});
      }
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.overlap > b.overlap; });
  std::vector<std::optional<std::size_t>> match(found.size());
  std::vector<bool> taken(known.size(), false);
  for (const Pair& pair : pairs) {
    if (!taken[pair.known] && !match[pair.found]) {
      match[pair.found] = pair.known;
      taken[pair.known] = true;
    }
  }
  return match;
}

}  // namespace demask::video

#pragma once

/// @file
/// Which of the faces found belongs to which track.

#include <optional>
#include <vector>

#include "demask/geometry.hpp"

namespace demask::video {

/// For each of `found` the index of its box in `known`, or nothing. Pairs are taken greedily by
/// intersection over union, the largest first, while it is at least `min_overlap` (> 0); each box
/// is used once. Of equal overlaps the earlier boxes come first.
std::vector<std::optional<std::size_t>> associate(const std::vector<Box>& known,
                                                  const std::vector<Box>& found, float min_overlap);

}  // namespace demask::video

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Matches the faces found in a frame to tracks.

#include <optional>
#include <vector>

#include "demask/geometry.hpp"

namespace demask::video {

/// For each box of `found`, the index of the matching box of `known`, if any. Pairs are matched
/// greedily by intersection over union, largest first, as long as it is at least `min_overlap`
/// (> 0); each box is used at most once. Ties go to the earlier boxes.
std::vector<std::optional<std::size_t>> associate(const std::vector<Box>& known,
                                                  const std::vector<Box>& found, float min_overlap);

}  // namespace demask::video

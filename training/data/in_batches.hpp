// SPDX-License-Identifier: Apache-2.0

#pragma once

/// @file
/// Loops over items that go through a network in batches.

#include <algorithm>
#include <cstddef>

namespace demask::training {

/// Calls `work(first, last)` for consecutive parts [first, last) of [0, count), each of at most
/// `max_items` items.
template <typename Work>
void in_batches(std::size_t count, std::size_t max_items, const Work& work) {
  for (std::size_t first = 0; first < count; first += max_items) {
    work(first, std::min(first + max_items, count));
  }
}

}  // namespace demask::training

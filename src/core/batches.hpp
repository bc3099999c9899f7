// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Work on many images in batches of bounded size.

#include <algorithm>
#include <cstddef>

namespace demask::core {

/// The most images that go through a network together: enough to use the processor well, few enough
/// to bound the memory of the network's activations.
inline constexpr std::size_t max_batch = 8;

/// Calls `body(first, count)` for consecutive runs of at most max_batch of `total` items.
template <typename Body>
void for_each_batch(std::size_t total, Body body) {
  for (std::size_t first = 0; first < total; first += max_batch) {
    body(first, std::min(max_batch, total - first));
  }
}

}  // namespace demask::core

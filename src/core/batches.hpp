// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Processes many items in batches of bounded size.

#include <algorithm>
#include <cstddef>

namespace demask::core {

/// The largest number of images in one pass of a network: enough to use the processor well, few
/// enough to bound the memory of the activations.
inline constexpr std::size_t max_batch = 8;

/// Calls `body(first, count)` for each batch of at most `size` consecutive items out of `total`.
template <typename Body>
void for_each_batch(std::size_t total, std::size_t size, const Body& body) {
  for (std::size_t first = 0; first < total; first += size) {
    body(first, std::min(size, total - first));
  }
}

/// Calls `body(first, count)` for each batch of at most max_batch consecutive items out of `total`.
template <typename Body>
void for_each_batch(std::size_t total, const Body& body) {
  for_each_batch(total, max_batch, body);
}

}  // namespace demask::core

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Takes a subset that is spread evenly over a list.

#include <cstddef>
#include <utility>
#include <vector>

namespace demask::training {

/// `count` items spread evenly over the list, in its order; all of them if there are fewer, or if
/// `count` is 0.
template <typename Item>
std::vector<Item> spread(std::vector<Item> items, std::size_t count) {
  if (count == 0 || items.size() <= count) {
    return items;
  }
  std::vector<Item> chosen;
  chosen.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    chosen.push_back(std::move(items[i * items.size() / count]));
  }
  return chosen;
}

}  // namespace demask::training

#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "programs/progress_line.hpp"

namespace demask::training {

/// Items that go through a network together.
inline constexpr std::size_t batch_items = 16;

/// Calls `work(first, last)` for consecutive parts of [0, count) and shows the progress.
template <typename Work>
void in_batches(std::size_t count, const std::string& text, const Work& work) {
  programs::ProgressLine progress;
  for (std::size_t first = 0; first < count; first += batch_items) {
    progress.show_fraction(static_cast<double>(first) / static_cast<double>(count), text);
    work(first, std::min(first + batch_items, count));
  }
}

}  // namespace demask::training

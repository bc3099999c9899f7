// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Runs the batches of an evaluation with a progress line.

#include <cstddef>
#include <string>

#include "core/batches.hpp"
#include "programs/progress_line.hpp"

namespace demask::training {

/// Number of items that go through a network together.
inline constexpr std::size_t batch_items = 16;

/// Calls `work(first, last)` for each batch [first, last) of at most `batch_items` items out of
/// `count`, and shows the progress beside `text`.
template <typename Work>
void in_shown_batches(std::size_t count, const std::string& text, const Work& work) {
  programs::ProgressLine progress;
  core::for_each_batch(count, batch_items, [&](std::size_t first, std::size_t items) {
    progress.show_fraction(static_cast<double>(first) / static_cast<double>(count), text);
    work(first, first + items);
  });
}

}  // namespace demask::training

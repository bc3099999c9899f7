// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Counts large heap blocks, to find copies of a photo.

#include <cstddef>
#include <functional>

namespace demask::benchmarks {

/// Number of heap blocks of at least `bytes` bytes that the process allocates while `work` runs.
int count_large_allocations(std::size_t bytes, const std::function<void()>& work);

}  // namespace demask::benchmarks

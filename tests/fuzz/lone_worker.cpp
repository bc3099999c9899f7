// SPDX-License-Identifier: Apache-2.0

/// @file
/// Replaces OpenMP, without which the fuzzers are built: processes the items in order.

#include "core/workers.hpp"

namespace demask::core {

void Workers::for_each(std::size_t count, const std::function<void(std::size_t)>& work) const {
  for (std::size_t i = 0; i < count; ++i) work(i);
}

}  // namespace demask::core

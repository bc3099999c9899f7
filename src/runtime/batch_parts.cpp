// SPDX-License-Identifier: Apache-2.0
#include "runtime/batch_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <utility>

#include "runtime/output_checks.hpp"

namespace demask::runtime {
namespace {

// Input values (4 MB of floats) that one thread sends through a network at a time. With more, the
// tensors between the layers do not fit in the processor's cache.
constexpr std::int64_t values_together = std::int64_t{1} << 20;

}  // namespace

std::int64_t part_count(const std::vector<std::int64_t>& shape, std::int64_t threads) {
  const std::int64_t items = shape.at(0);
  if (items < threads) {
    return 1;  // All threads work on each layer together: that is faster.
  }
  const std::int64_t values =
      std::accumulate(shape.begin() + 1, shape.end(), std::int64_t{1}, std::multiplies<>());
  const std::int64_t together =
      std::max<std::int64_t>(1, values_together / std::max<std::int64_t>(1, values));
  const std::int64_t rounds = (items + threads * together - 1) / (threads * together);
  return std::min(items, threads * rounds);
}

std::vector<Tensor> joined(std::vector<std::vector<Tensor>> parts, const std::string& name) {
  std::vector<Tensor> whole = std::move(parts.front());
  for (std::size_t part = 1; part < parts.size(); ++part) {
    require_outputs(parts[part], whole.size(), name);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      const Tensor& more = parts[part][i];
      std::vector<std::int64_t> expected = whole[i].shape;
      expected.resize(std::max<std::size_t>(expected.size(), 1));
      expected.front() = -1;
      require_shape(more, expected, name, fmt::format("output {} of a part of the batch", i));
      whole[i].shape.front() += more.shape.front();
      whole[i].values.insert(whole[i].values.end(), more.values.begin(), more.values.end());
    }
  }
  return whole;
}

}  // namespace demask::runtime

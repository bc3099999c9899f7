// SPDX-License-Identifier: Apache-2.0
#include "metrics/median.hpp"

#include <algorithm>
#include <cstddef>

namespace demask::training {

double median(std::vector<double> values) {
  const std::size_t middle = values.size() / 2;
  std::sort(values.begin(), values.end());
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

}  // namespace demask::training

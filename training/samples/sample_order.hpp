// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The order and the random generators of training samples.

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace demask::training {

/// The order in which items are shown: a new permutation in every epoch. Sample `number` depends on
/// the seed alone, so that a resumed run continues with the next sample.
class SampleOrder {
 public:
  SampleOrder(std::size_t items, std::uint64_t seed) : items_(items), seed_(seed) {}

  /// Index of the item shown as sample `number`. Not thread-safe: it keeps the epoch's permutation.
  std::size_t item(std::uint64_t number);

  /// The random generator of sample `number`.
  std::mt19937_64 engine(std::uint64_t number) const;

  /// Calls `fill(place, item, engine)` for each of the `count` places of batch `number`.
  template <typename Fill>
  void for_batch(std::uint64_t number, int count, const Fill& fill) {
    for (int place = 0; place < count; ++place) {
      const std::uint64_t sample =
          number * static_cast<std::uint64_t>(count) + static_cast<std::uint64_t>(place);
      std::mt19937_64 random = engine(sample);
      fill(place, item(sample), random);
    }
  }

 private:
  std::size_t items_;
  std::uint64_t seed_;
  std::uint64_t epoch_ = 0;
  std::vector<std::size_t> permutation_;
};

}  // namespace demask::training

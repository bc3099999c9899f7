// SPDX-License-Identifier: Apache-2.0
#include "samples/sample_order.hpp"

#include <algorithm>
#include <numeric>

namespace demask::training {
namespace {

// Mixes a seed and a counter into one well-spread number (SplitMix64, Steele et al. 2014).
std::uint64_t mix(std::uint64_t seed, std::uint64_t counter) {
  std::uint64_t z = seed + (counter + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

}  // namespace

std::size_t SampleOrder::item(std::uint64_t number) {
  const std::uint64_t epoch = number / items_;
  if (permutation_.empty() || epoch != epoch_) {
    permutation_.resize(items_);
    std::iota(permutation_.begin(), permutation_.end(), std::size_t{0});
    std::mt19937_64 generator(mix(~seed_, epoch));
    std::shuffle(permutation_.begin(), permutation_.end(), generator);
    epoch_ = epoch;
  }
  return permutation_[number % items_];
}

std::mt19937_64 SampleOrder::engine(std::uint64_t number) const {
  return std::mt19937_64(mix(seed_, number));
}

}  // namespace demask::training

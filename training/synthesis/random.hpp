// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Random numbers for the synthesizer and augmentation.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <random>

namespace demask::synthesis {

/// Draws random values from the caller's generator, to which it holds a reference. Not thread-safe.
class Random {
 public:
  explicit Random(std::mt19937_64& engine) : engine_(engine) {}

  float uniform(float low, float high) {
    return low + (high - low) * static_cast<float>(engine_() >> 40U) * 0x1p-24F;
  }

  float normal(float mean, float deviation) {
    return std::normal_distribution<float>(mean, deviation)(engine_);
  }

  /// Uniform in [low, high], both included.
  int integer(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }

  bool chance(float probability) { return uniform(0.0F, 1.0F) < probability; }

  float sign() { return chance(0.5F) ? 1.0F : -1.0F; }

  /// An index drawn with the given relative weights (sum > 0).
  std::size_t weighted(std::initializer_list<float> weights) {
    return weighted(weights.begin(), weights.end());
  }

  template <typename Iterator>
  std::size_t weighted(Iterator first, Iterator last) {
    float total = 0.0F;
    for (Iterator it = first; it != last; ++it) {
      total += *it;
    }
    float rest = uniform(0.0F, total);
    for (Iterator it = first; it != last; ++it) {
      rest -= *it;
      if (rest < 0.0F) {
        return static_cast<std::size_t>(std::distance(first, it));
      }
    }
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, std::distance(first, last) - 1));
  }

  template <typename Container>
  const typename Container::value_type& pick(const Container& items) {
    const int last = static_cast<int>(std::size(items)) - 1;
    return *std::next(std::begin(items), integer(0, last));
  }

  std::uint64_t bits() { return engine_(); }

 private:
  std::mt19937_64& engine_;
};

}  // namespace demask::synthesis

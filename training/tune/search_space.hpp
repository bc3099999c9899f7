#pragma once

/// @file
/// The hyper-parameters that are searched.

#include <array>
#include <cstdint>
#include <random>
#include <vector>

namespace demask::training {

/// Hyper-parameters of the gender classifier.
struct GenderSettings {
  std::array<int, 3> widths{};  ///< Channels at 1/8, 1/16 and 1/32 of the input.
  double dropout = 0.0;         ///< Rate before the last layer.
  double learning_rate = 0.0;   ///< Peak.
};

/// Draws settings: the first width is one of 32, 48, 64, 80 and 96, the others 1 to 2 times the one
/// before (multiples of 16), the dropout uniform in [0, 0.6], the rate log-uniform in [2e-4, 5e-3].
GenderSettings draw_settings(std::mt19937_64& engine);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The hyperparameters that are searched.

#include <array>
#include <cstdint>
#include <random>
#include <vector>

namespace demask::training {

/// Hyperparameters of the gender classifier.
struct GenderSettings {
  std::array<int, 3> widths{};  ///< Channels at 1/8, 1/16 and 1/32 of the input.
  double dropout = 0.0;         ///< Dropout rate before the last layer.
  double learning_rate = 0.0;   ///< Peak learning rate.
};

/// Draws settings: the first width from 32, 48, 64, 80 and 96; each other width a multiple of 16
/// that is 1 to 2 times the previous one; the dropout uniform in [0, 0.6]; the learning rate
/// log-uniform in [2e-4, 5e-3].
GenderSettings draw_settings(std::mt19937_64& engine);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Stores the weights of TorchScript modules in 16 bits.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace demask::training {

/// Converts a TorchScript file: parameters to 16-bit floats, which the library widens when it loads
/// the model, and the module to evaluation mode. Buffers stay unchanged: BatchNorm's running
/// variances may be smaller than the smallest 16-bit float.
/// @throws Error unreadable_file, model_invalid (not TorchScript, or weights beyond 16 bits).
std::vector<std::uint8_t> in_half_precision(const std::filesystem::path& file);

}  // namespace demask::training

#pragma once

/// @file
/// Stores the weights of TorchScript modules in 16 bits.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace demask::training {

/// A TorchScript file with its parameters in 16-bit floats and its module in evaluation mode; the
/// library widens them when it loads the model. Buffers stay as they are: running variances of
/// BatchNorm may be smaller than the smallest 16-bit float.
/// @throws Error unreadable_file, model_invalid (not TorchScript, or weights beyond 16 bits).
std::vector<std::uint8_t> in_half_precision(const std::filesystem::path& file);

}  // namespace demask::training

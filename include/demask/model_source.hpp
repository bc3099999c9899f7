// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Where a model is loaded from.

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace demask {

/// Where to load a TorchScript model from: a file, or the caller's memory, which is only read while
/// the stage is made.
struct ModelSource {
  std::filesystem::path path;  ///< Read if `bytes` is null; names the model in error messages.
  const std::uint8_t* bytes = nullptr;  ///< Borrowed; null for a file.
  std::size_t size = 0;                 ///< Number of `bytes`.
};

}  // namespace demask

#pragma once

/// @file
/// Where the bytes of a model come from.

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace demask {

/// The bytes of a TorchScript file: a file to be read, or the caller's memory, which is read while
/// the stage is made and not kept.
struct ModelSource {
  std::filesystem::path path;           ///< Read if `bytes` is null; names the model in errors.
  const std::uint8_t* bytes = nullptr;  ///< Borrowed; null for a file.
  std::size_t size = 0;                 ///< Number of `bytes`.
};

}  // namespace demask

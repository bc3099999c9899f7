// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// SHA-256 of model files.

#include <cstddef>
#include <cstdint>
#include <string>

namespace demask::bundle {

/// The SHA-256 of `size` bytes, as 64 lowercase hexadecimal digits.
std::string sha256_hex(const std::uint8_t* bytes, std::size_t size);

}  // namespace demask::bundle

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Where and how models run.

#include <string>

#include "demask/export.hpp"

namespace demask {

/// The number format in which networks compute.
enum class DType : int {
  fp32 = 0,  ///< 32-bit float: the reference.
  bf16 = 1   ///< bfloat16: half the memory traffic, faster on hardware that supports it.
};

/// Where and how models run; fixed when they are loaded.
struct RuntimeOptions {
  std::string device = "cpu";  ///< "cpu", "cuda" or "cuda:N".
  DType dtype = DType::fp32;   ///< Number format of the computation.
  /// ATen's number of intra-op threads during a call; the host's setting is restored when the call
  /// returns. 0 uses the host's setting.
  int threads = 0;
};

}  // namespace demask

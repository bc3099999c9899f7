#pragma once

/// @file
/// Where and how models run.

#include <string>

#include "demask/export.hpp"

namespace demask {

/// Number format of a network's arithmetic.
enum class DType : int {
  fp32 = 0,  ///< 32-bit float: the reference.
  bf16 = 1   ///< bfloat16: half the memory traffic, faster where the processor has it.
};

/// Fixed when models are loaded.
struct RuntimeOptions {
  std::string device = "cpu";  ///< "cpu", "cuda" or "cuda:N".
  DType dtype = DType::fp32;   ///< Number format of the arithmetic.
  /// Intra-op threads of ATen during a call, restored when the call returns; 0 leaves ATen's own
  /// setting as the host has it.
  int threads = 0;
};

}  // namespace demask

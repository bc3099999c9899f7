// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Copies between plain tensors and LibTorch's.

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <limits>
#include <string>

#include "runtime/tensor.hpp"

namespace demask::runtime {

/// Items [first, last) of a tensor: a copy on a device, but a view of its memory on the host.
/// @param channels_last  Whether to copy a [B,C,H,W] tensor with the channels innermost.
at::Tensor to_device(Tensor& tensor, c10::Device device, bool channels_last, std::int64_t first = 0,
                     std::int64_t last = std::numeric_limits<std::int64_t>::max());

/// A copy in 32 bits on the host.
/// @param name  Names the model in error messages.
/// @throws Error model_invalid if a value is not finite.
Tensor to_host(const at::Tensor& output, const std::string& name);

}  // namespace demask::runtime

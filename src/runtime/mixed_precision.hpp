// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Runs modules in bfloat16: which devices gain from it, rounded weights, and autocast.

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>
#include <torch/csrc/jit/api/module.h>

#include <string>
#include <vector>

namespace demask::runtime {

/// Whether convolutions on a device are faster in bfloat16 than in fp32. On a CPU that takes
/// oneDNN's kernels, which need AVX-512; ATen's own are a hundred times slower than fp32.
bool has_bf16_kernels(c10::Device device);

/// Whether a device multiplies bfloat16 numbers itself, so that even gradients are computed several
/// times faster than in fp32.
bool multiplies_bf16(c10::Device device);

/// Rounds the weights of convolutions and linear layers in some methods of a frozen module to
/// bfloat16. Freezing has already folded BatchNorm into them in full precision. Run the methods
/// under a Bf16Autocast.
void round_weights(torch::jit::Module& frozen, const std::vector<std::string>& methods);

/// The autocast setting of a thread for one type of device.
struct AutocastSetting {
  bool enabled = false;
  at::ScalarType dtype = at::kFloat;
};

/// While it lives and is `enabled`, the calling thread runs under LibTorch's autocast: convolutions
/// and matrix products in bfloat16, operations that need more precision in fp32. Otherwise every
/// operation keeps the type of its input. The destructor restores the host's setting.
class Bf16Autocast {
 public:
  Bf16Autocast(c10::Device device, bool enabled);
  ~Bf16Autocast();
  Bf16Autocast(const Bf16Autocast&) = delete;
  Bf16Autocast& operator=(const Bf16Autocast&) = delete;

 private:
  c10::Device device_;
  AutocastSetting before_;
};

}  // namespace demask::runtime

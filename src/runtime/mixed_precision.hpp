#pragma once

#include <c10/core/Device.h>
#include <torch/csrc/jit/api/module.h>

namespace demask::runtime {

/// Whether convolutions in bfloat16 are faster than in fp32 on a device. oneDNN's kernels need
/// AVX-512; ATen's own are a hundred times slower than fp32.
bool has_bf16_kernels(c10::Device device);

/// Rounds the weights of the convolutions and linear layers of a frozen module, in which BatchNorm
/// is already folded in full precision, to bfloat16. Run it under a Bf16Autocast.
void round_weights(torch::jit::Module& frozen);

/// While it lives, the calling thread computes convolutions and matrix products in bfloat16 and
/// what needs more digits in fp32, as LibTorch's autocast divides them. Not for nesting.
class Bf16Autocast {
 public:
  /// @param enabled if false, nothing is changed.
  Bf16Autocast(c10::Device device, bool enabled);
  ~Bf16Autocast();
  Bf16Autocast(const Bf16Autocast&) = delete;
  Bf16Autocast& operator=(const Bf16Autocast&) = delete;

 private:
  c10::Device device_;
  bool enabled_;
};

}  // namespace demask::runtime

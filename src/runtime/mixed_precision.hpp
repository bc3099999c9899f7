#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>
#include <torch/csrc/jit/api/module.h>

namespace demask::runtime {

/// Whether convolutions in bfloat16 are faster than in fp32 on a device. oneDNN's kernels need
/// AVX-512; ATen's own are a hundred times slower than fp32.
bool has_bf16_kernels(c10::Device device);

/// Rounds the weights of the convolutions and linear layers of a frozen module, in which BatchNorm
/// is already folded in full precision, to bfloat16. Run it under a Bf16Autocast.
void round_weights(torch::jit::Module& frozen);

/// Autocast of a thread for one kind of device.
struct AutocastSetting {
  bool enabled = false;
  at::ScalarType dtype = at::kFloat;
};

/// While it lives, the calling thread computes convolutions and matrix products in bfloat16 and
/// what needs more digits in fp32, as LibTorch's autocast divides them; or, not `enabled`, all as
/// it is given. What the host had set is then restored.
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

// SPDX-License-Identifier: Apache-2.0
#include "runtime/torch_tensor.hpp"

#include <ATen/ATen.h>

#include "runtime/output_checks.hpp"

namespace demask::runtime {

at::Tensor to_device(Tensor& tensor, c10::Device device, bool channels_last, std::int64_t first,
                     std::int64_t last) {
  const at::Tensor host =
      at::from_blob(tensor.values.data(), tensor.shape, at::kFloat).slice(0, first, last);
  const bool planes = channels_last && tensor.shape.size() == 4;
  return host.to(at::TensorOptions(device), /*non_blocking=*/false, /*copy=*/false,
                 planes ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

Tensor to_host(const at::Tensor& output, const std::string& name) {
  const at::Tensor host = output.to(at::kCPU, at::kFloat).contiguous();
  Tensor result;
  result.shape = host.sizes().vec();
  const float* values = host.data_ptr<float>();
  result.values.assign(values, values + host.numel());
  require_finite(result, name);
  return result;
}

}  // namespace demask::runtime

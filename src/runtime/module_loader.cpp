// SPDX-License-Identifier: Apache-2.0
#include "runtime/module_loader.hpp"

#include <caffe2/serialize/file_adapter.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <fmt/format.h>
#include <torch/cuda.h>
#include <torch/script.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>

#include "demask/error.hpp"
#include "runtime/mixed_precision.hpp"
#include "runtime/script_safety.hpp"
#include "runtime/torch_errors.hpp"

namespace demask::runtime {
namespace {

c10::Device parse_device(const std::string& text) {
  const std::string_view prefix = "cuda:";
  const bool numbered = text.size() > prefix.size() && text.size() <= prefix.size() + 3 &&
                        text.compare(0, prefix.size(), prefix) == 0 &&
                        text.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
  if (text == "cpu") {
    return c10::Device(c10::kCPU);
  }
  if (text != "cuda" && !numbered) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("device '{}': it is not known; use cpu, cuda or cuda:N", text));
  }
  const int index = numbered ? std::stoi(text.substr(prefix.size())) : 0;
  const auto available = static_cast<int>(torch::cuda::device_count());
  if (index >= available) {
    throw Error(
        ErrorCode::device_unavailable,
        fmt::format("device '{}': LibTorch sees {} CUDA devices here; use cpu", text, available));
  }
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

void check_options(const RuntimeOptions& options) {
  if (options.threads < 0) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("threads: {} is negative; pass 0 to keep ATen's own setting", options.threads));
  }
  if (options.dtype != DType::fp32 && options.dtype != DType::bf16) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("dtype: {} is not a number format; use fp32 or bf16",
                            static_cast<int>(options.dtype)));
  }
}

// Lends the caller's bytes to the archive reader.
class MemoryReader final : public caffe2::serialize::ReadAdapterInterface {
 public:
  MemoryReader(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
  size_t size() const override { return size_; }
  size_t read(uint64_t position, void* buffer, size_t count, const char* /*what*/) const override {
    if (position >= size_) {
      return 0;
    }
    const std::size_t available = std::min(count, size_ - static_cast<std::size_t>(position));
    std::memcpy(buffer, bytes_ + position, available);
    return available;
  }

 private:
  const std::uint8_t* bytes_;
  std::size_t size_;
};

void require_readable(const std::string& name, const std::filesystem::path& path) {
  std::error_code ignored;
  const char* reason = nullptr;
  if (!std::filesystem::exists(path, ignored)) {
    reason = "there is no such file";
  } else if (!std::filesystem::is_regular_file(path, ignored)) {
    reason = "it is not a file";
  } else if (!std::ifstream(path, std::ios::binary)) {
    reason = "it cannot be opened";
  }
  if (reason != nullptr) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: cannot read {}: {}; check the path and its permissions", name,
                            path.string(), reason));
  }
}

void widen_weights(const torch::jit::Module& module) {
  const auto widen = [](const at::Tensor& weights) {
    if (weights.scalar_type() == at::kHalf || weights.scalar_type() == at::kBFloat16) {
      weights.set_data(weights.detach().to(at::kFloat));
    }
  };
  for (const at::Tensor& parameter : module.parameters()) {
    widen(parameter);
  }
  for (const at::Tensor& buffer : module.buffers()) {
    widen(buffer);
  }
}

}  // namespace

c10::Device checked_device(const RuntimeOptions& options) {
  check_options(options);
  const c10::Device device = parse_device(options.device);
  if (options.dtype == DType::bf16 && !has_bf16_kernels(device)) {
    throw Error(ErrorCode::device_unavailable,
                "dtype bf16: this processor has no AVX-512 to compute it with; use fp32");
  }
  return device;
}

torch::jit::Module load_stored_module(const std::string& name, const ModelSource& source,
                                      c10::Device device) {
  if (source.bytes == nullptr) {
    require_readable(name, source.path);
  }
  try {
    std::shared_ptr<caffe2::serialize::ReadAdapterInterface> reader;
    if (source.bytes == nullptr) {
      reader = std::make_shared<caffe2::serialize::FileAdapter>(source.path.string());
    } else {
      reader = std::make_shared<MemoryReader>(source.bytes, source.size);
    }
    require_passive_archive(name, reader);
    // Moving the module to another device reads its weights, so their sizes are checked first.
    torch::jit::Module module = torch::jit::load(reader, c10::kCPU);
    require_harmless(name, module);
    module.to(device);
    module.eval();
    return module;
  } catch (...) {
    throw_translated(name, "it does not load as TorchScript",
                     "save the module with torch.jit.script(...).save(...), and check that the "
                     "file is complete");
  }
}

torch::jit::Module load_module(const std::string& name, const ModelSource& source,
                               c10::Device device) {
  torch::jit::Module module = load_stored_module(name, source, device);
  widen_weights(module);
  return module;
}

torch::jit::Module widened(const torch::jit::Module& stored) {
  torch::jit::Module copy = stored.deepcopy();
  widen_weights(copy);
  return copy;
}

void require_method(const std::string& name, const torch::jit::Module& module, const char* method) {
  if (!module.find_method(method)) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: it has no method {}; add one and save it again", name, method));
  }
}

}  // namespace demask::runtime

// SPDX-License-Identifier: Apache-2.0
#include "learn/half_precision.hpp"

#include <fmt/format.h>
#include <torch/script.h>

#include <sstream>
#include <string>

#include "demask/error.hpp"

namespace demask::training {

std::vector<std::uint8_t> in_half_precision(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: there is no such file; check the path", file.string()));
  }
  try {
    torch::jit::Module module = torch::jit::load(file.string(), at::kCPU);
    module.eval();
    for (const auto& parameter : module.named_parameters()) {
      const at::Tensor half = parameter.value.detach().to(at::kHalf);
      if (!at::isfinite(half).all().item<bool>()) {
        throw Error(ErrorCode::model_invalid,
                    fmt::format("{}: {} does not fit into 16 bits; store the bundle in full "
                                "precision",
                                file.string(), parameter.name));
      }
      // A parameter is shared with its module, so its storage is replaced.
      at::Tensor shared = parameter.value;
      shared.set_data(half);
    }
    std::ostringstream stream;
    module.save(stream);
    const std::string text = stream.str();
    return {text.begin(), text.end()};
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: not TorchScript ({}); save it again", file.string(),
                            error.what_without_backtrace()));
  }
}

}  // namespace demask::training

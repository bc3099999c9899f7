// SPDX-License-Identifier: Apache-2.0
#include "runtime/output_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "demask/error.hpp"

namespace demask::runtime {

void require_finite(const Tensor& tensor, const std::string& model_name) {
  if (!std::all_of(tensor.values.begin(), tensor.values.end(),
                   [](float value) { return std::isfinite(value); })) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: its output holds values that are not finite; check the weights "
                            "and the number format",
                            model_name));
  }
}

void require_shape(const Tensor& tensor, const std::vector<std::int64_t>& expected,
                   const std::string& model_name, const std::string& output_name) {
  const bool equal =
      tensor.shape.size() == expected.size() &&
      std::equal(expected.begin(), expected.end(), tensor.shape.begin(),
                 [](std::int64_t want, std::int64_t have) { return want == -1 || want == have; });
  if (!equal) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: {} has the shape [{}] where [{}] is needed (-1 is any); check the "
                            "sizes and the variant that the manifest gives it",
                            model_name, output_name, fmt::join(tensor.shape, ", "),
                            fmt::join(expected, ", ")));
  }
}

void require_outputs(const std::vector<Tensor>& outputs, std::size_t expected,
                     const std::string& model_name) {
  if (outputs.size() != expected) {
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: it returns {} tensors where {} are needed; check the variant that "
                            "the manifest gives it",
                            model_name, outputs.size(), expected));
  }
}

}  // namespace demask::runtime

// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
// LibTorch and Catch2 define macros with the same names.
#undef CHECK
#undef CHECK_FALSE

#include <catch2/catch.hpp>
#include <filesystem>
#include <vector>

#include "runtime/mixed_precision.hpp"
#include "runtime/script_model.hpp"

using demask::ModelSource;
using demask::runtime::Bf16Autocast;
using demask::runtime::ScriptModel;
using demask::runtime::Tensor;

namespace {

const c10::Device cpu(c10::kCPU);

bool multiplies_in_bf16() {
  return at::mm(at::ones({2, 2}), at::ones({2, 2})).scalar_type() == at::kBFloat16;
}

}  // namespace

TEST_CASE("A guard restores the autocast setting when it ends", "[mixed_precision]") {
  CHECK_FALSE(multiplies_in_bf16());
  {
    const Bf16Autocast outer(cpu, true);
    CHECK(multiplies_in_bf16());
    {
      const Bf16Autocast inner(cpu, false);
      CHECK_FALSE(multiplies_in_bf16());
    }
    CHECK(multiplies_in_bf16());
  }
  CHECK_FALSE(multiplies_in_bf16());
}

TEST_CASE("A host's autocast setting does not affect a model in fp32", "[mixed_precision]") {
  const auto file = std::filesystem::path(DEMASK_TEST_MODULES) / "convolutions.pt";
  const ScriptModel model("model", ModelSource{file, nullptr, 0}, {});
  Tensor input({1, 3, 16, 16});
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    input.values[i] = static_cast<float>(i % 7) / 7.0F;
  }
  const std::vector<float> expected = model.run({input}).at(0).values;
  const Bf16Autocast of_the_host(cpu, true);
  CHECK(model.run({input}).at(0).values == expected);
  CHECK(multiplies_in_bf16());
}

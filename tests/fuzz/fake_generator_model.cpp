// SPDX-License-Identifier: Apache-2.0

/// @file
/// Replaces LibTorch with a fake generator whose file decides the face that it paints.

#include <array>
#include <vector>

#include "demask/error.hpp"
#include "input.hpp"
#include "runtime/generator_model.hpp"
#include "runtime/output_checks.hpp"

namespace demask::runtime {

struct GeneratorModel::State {
  std::string name;
  std::vector<std::uint8_t> bytes;

  Tensor face(int size) const {
    FuzzedDataProvider input(bytes.data(), bytes.size());
    Tensor tensor({1, 3, size, size});
    // Repeats a few of the fuzzer's values, because a whole face would use up all its bytes.
    std::array<float, 16> values{};
    for (float& value : values) value = fuzz::any_float(input);
    for (std::size_t i = 0; i < tensor.values.size(); ++i) {
      tensor.values[i] = values[(i * 7 + i / 64) % values.size()];
    }
    require_finite(tensor, name);
    return tensor;
  }
};

GeneratorModel::GeneratorModel(const std::string& name, const ModelSource& source,
                               const RuntimeOptions& options)
    : state_(std::make_unique<State>()) {
  if (options.threads < 0 || options.device != "cpu") {
    throw Error(ErrorCode::device_unavailable, "device: there is only the processor here; use cpu");
  }
  state_->name = name;
  state_->bytes.assign(source.bytes, source.bytes + source.size);
}

GeneratorModel::~GeneratorModel() = default;
GeneratorModel::GeneratorModel(GeneratorModel&&) noexcept = default;
GeneratorModel& GeneratorModel::operator=(GeneratorModel&&) noexcept = default;

Tensor GeneratorModel::paint(MaskedFace /*input*/, int size) const { return state_->face(size); }

Tensor GeneratorModel::search(MaskedFace /*input*/, SearchTarget target,
                              const SearchLimits& limits) const {
  if (limits.steps > 0) {
    limits.after_step(1);
  }
  return state_->face(static_cast<int>(target.face.shape.at(3)));
}

const std::string& GeneratorModel::name() const noexcept { return state_->name; }

}  // namespace demask::runtime

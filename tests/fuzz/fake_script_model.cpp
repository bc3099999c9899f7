// SPDX-License-Identifier: Apache-2.0

/// @file
/// Replaces LibTorch with a fake module whose file is a list of instructions: these decide whether
/// its outputs keep or violate the contract of its stage.

#include <array>
#include <string_view>
#include <utility>

#include "demask/error.hpp"
#include "input.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"

namespace demask::runtime {

using Shape = std::vector<std::int64_t>;

struct ScriptModel::State {
  std::string name;
  std::vector<std::uint8_t> bytes;

  bool is(std::string_view stage) const { return name.compare(0, stage.size(), stage) == 0; }

  /// The output shapes that the contract of the stage requires.
  std::vector<Shape> shapes(const Shape& in, FuzzedDataProvider& input) const {
    const auto found = input.ConsumeIntegralInRange<std::int64_t>(0, 4);
    const std::int64_t batch = in[0];
    if (is("face detector")) {
      std::vector<Shape> all;
      for (std::int64_t i = 0; i < batch; ++i) {
        all.insert(all.end(), {{found, 4}, {found}, {found, 5, 2}});
      }
      return all;
    }
    if (is("segmenter")) {
      if (in.size() == 3) return {{found, 4}, {found}, {found, 1, in[1], in[2]}};
      return {{batch, 1, in[2], in[3]}};
    }
    if (is("shape model")) return {{136}, {136, 136}};
    if (is("landmark detector")) return {{batch, 68, 2}, {batch, 68}};
    if (is("gender classifier")) return {{batch, 2}};
    return {{batch, 3, in[2], in[3]}};
  }
};

ScriptModel::ScriptModel(const std::string& name, const ModelSource& source,
                         const RuntimeOptions& options)
    : state_(std::make_unique<State>()) {
  if (options.threads < 0 || options.device != "cpu") {
    throw Error(ErrorCode::device_unavailable, "device: there is only the processor here; use cpu");
  }
  state_->name = name;
  state_->bytes.assign(source.bytes, source.bytes + source.size);
}

ScriptModel::~ScriptModel() = default;
ScriptModel::ScriptModel(ScriptModel&&) noexcept = default;
ScriptModel& ScriptModel::operator=(ScriptModel&&) noexcept = default;

std::vector<Tensor> ScriptModel::run(std::vector<Tensor> inputs) const {
  FuzzedDataProvider input(state_->bytes.data(), state_->bytes.size());
  const bool breaks_contract = input.ConsumeProbability<float>() > 0.9F;
  // A shape model takes nothing.
  const Shape given = inputs.empty() ? Shape{1, 3, 1, 1} : inputs.front().shape;
  std::vector<Shape> shapes = state_->shapes(given, input);
  if (breaks_contract) {
    if (input.ConsumeBool()) shapes.pop_back();
    if (!shapes.empty() && input.ConsumeBool()) shapes.back().push_back(1);
    if (!shapes.empty() && input.ConsumeBool()) shapes.front()[0] += 1;
  }
  std::vector<Tensor> outputs;
  for (const Shape& shape : shapes) {
    Tensor tensor(shape);
    // Repeats a few of the fuzzer's values, because a whole map would use up all its bytes.
    std::array<float, 16> values{};
    for (float& value : values) value = fuzz::any_float(input);
    for (std::size_t i = 0; i < tensor.values.size(); ++i) {
      tensor.values[i] = values[(i * 7 + i / 64) % values.size()];
    }
    const bool are_points = state_->is("landmark detector") && shape.size() == 3;
    if (are_points && input.ConsumeBool()) {
      std::vector<float> face;
      fuzz::append_face(face, 0.0F, 0.0F, 1.0F);
      for (std::size_t i = 0; i < tensor.values.size(); ++i) {
        tensor.values[i] = face[i % face.size()];
      }
    }
    const bool is_covariance = state_->is("shape model") && shape.size() == 2;
    if (is_covariance && input.ConsumeBool()) {
      for (std::size_t i = 0; i < tensor.values.size(); ++i) {
        tensor.values[i] = i % static_cast<std::size_t>(shape[1] + 1) == 0 ? 0.01F : 0.0F;
      }
    }
    require_finite(tensor, state_->name);
    outputs.push_back(std::move(tensor));
  }
  return outputs;
}

std::vector<Tensor> ScriptModel::run_batch(std::vector<Tensor> inputs) const {
  return run(std::move(inputs));
}

std::vector<Tensor> ScriptModel::run_each(std::vector<Tensor> inputs) const {
  return run(std::move(inputs));
}

const std::string& ScriptModel::name() const noexcept { return state_->name; }

}  // namespace demask::runtime

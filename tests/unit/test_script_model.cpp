// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "demask/error.hpp"
#include "runtime/output_checks.hpp"
#include "runtime/script_model.hpp"

namespace {

using Catch::Contains;
using demask::DType;
using demask::Error;
using demask::ErrorCode;
using demask::ModelSource;
using demask::RuntimeOptions;
using demask::runtime::ScriptModel;
using demask::runtime::Tensor;

ModelSource module(const std::string& name) {
  return {std::filesystem::path(DEMASK_TEST_MODULES) / (name + ".pt"), nullptr, 0};
}

ScriptModel load(const std::string& name, const RuntimeOptions& options = {}) {
  return {"model " + name, module(name), options};
}

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Values that look random and are the same on every machine.
Tensor noise(const std::vector<std::int64_t>& shape, unsigned seed = 1) {
  Tensor tensor(shape);
  for (float& value : tensor.values) {
    seed = seed * 1664525U + 1013904223U;
    value = static_cast<float>(seed >> 8U) / static_cast<float>(1U << 24U);
  }
  return tensor;
}

Tensor item(const Tensor& batch, std::size_t index) {
  Tensor one(batch.shape);
  one.shape[0] = 1;
  const std::size_t size = batch.values.size() / static_cast<std::size_t>(batch.shape[0]);
  const auto begin = batch.values.begin() + static_cast<std::ptrdiff_t>(index * size);
  one.values.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
  return one;
}

template <typename Action>
void check_error(ErrorCode code, const std::string& text, Action action) {
  try {
    action();
    FAIL_CHECK("no error was thrown; expected one with: " << text);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    CHECK_THAT(error.what(), Contains(text));
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
  }
}

TEST_CASE("A module's outputs keep their values and shapes", "[script_model]") {
  const Tensor input = noise({2, 3, 4, 5});
  const std::vector<Tensor> outputs = load("identity").run({input});
  REQUIRE(outputs.size() == 1);
  CHECK(outputs[0].shape == input.shape);
  CHECK(outputs[0].values == input.values);
}

TEST_CASE("Nested tuples and lists are flattened in order", "[script_model]") {
  Tensor input({1});
  input.values = {1.5F};
  const std::vector<Tensor> outputs = load("nested").run({input});
  REQUIRE(outputs.size() == 4);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    CHECK(outputs[i].values == std::vector<float>{1.5F * static_cast<float>(i + 1)});
  }
}

TEST_CASE("Empty and integer tensors are valid outputs", "[script_model]") {
  const std::vector<Tensor> empty = load("empty").run({Tensor({1})});
  REQUIRE(empty.size() == 1);
  CHECK(empty[0].shape == std::vector<std::int64_t>{0, 4});
  CHECK(load("integers").run({Tensor({1})}).at(0).values == std::vector<float>{0, 1, 2});
}

TEST_CASE("A module that writes to its input does not change the caller's", "[script_model]") {
  const Tensor input = noise({1, 3, 2, 2});
  const Tensor before = input;
  const ScriptModel model = load("writes_input");
  CHECK(model.run({input}).at(0).values[0] == 2.0F * before.values[0]);
  CHECK(input.values == before.values);
}

TEST_CASE("A module loaded from memory equals the one loaded from its file", "[script_model]") {
  std::vector<std::uint8_t> bytes = bytes_of(module("convolutions").path);
  const Tensor input = noise({1, 3, 16, 16});
  const std::vector<float> expected = load("convolutions").run({input}).at(0).values;
  const ScriptModel model("model", ModelSource{{}, bytes.data(), bytes.size()}, {});
  bytes.assign(bytes.size(), 0);
  CHECK(model.run({input}).at(0).values == expected);
}

TEST_CASE("A module saved frozen gives the same results", "[script_model]") {
  const Tensor input = noise({2, 3, 16, 16});
  const std::vector<float> expected = load("convolutions").run({input}).at(0).values;
  const std::vector<float> frozen = load("frozen").run({input}).at(0).values;
  REQUIRE(frozen.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    REQUIRE(std::abs(frozen[i] - expected[i]) < 1e-5F);
  }
}

TEST_CASE("Batches, threads and repetition change no bit", "[script_model]") {
  const std::vector<std::int64_t> shape = {5, 3, 32, 32};
  const Tensor batch = noise(shape);
  const ScriptModel one_thread = load("convolutions", {"cpu", DType::fp32, 1});
  const ScriptModel two_threads = load("convolutions", {"cpu", DType::fp32, 2});
  const Tensor expected = one_thread.run({batch}).at(0);
  CHECK(two_threads.run({batch}).at(0).values == expected.values);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(one_thread.run({item(batch, i)}).at(0).values == item(expected, i).values);
    CHECK(two_threads.run({item(batch, i)}).at(0).values == item(expected, i).values);
  }
  CHECK(one_thread.run({batch}).at(0).values == expected.values);
}

TEST_CASE("A batch divided among threads changes no bit", "[script_model][threads]") {
  for (const std::int64_t items : {1, 2, 5}) {
    const Tensor batch = noise({items, 3, 32, 32});
    const Tensor expected = load("convolutions", {"cpu", DType::fp32, 1}).run({batch}).at(0);
    for (const int threads : {1, 2, 3, 8}) {
      CAPTURE(items, threads);
      const Tensor divided =
          load("convolutions", {"cpu", DType::fp32, threads}).run_batch({batch}).at(0);
      CHECK(divided.shape == expected.shape);
      CHECK(divided.values == expected.values);
    }
  }
}

TEST_CASE("A batch too large for the cache is divided and changes no bit", "[script_model]") {
  // 2.25 MB per item.
  const Tensor batch = noise({5, 3, 384, 512});
  const Tensor expected = load("convolutions", {"cpu", DType::fp32, 1}).run({batch}).at(0);
  for (const int threads : {1, 2}) {
    const Tensor divided =
        load("convolutions", {"cpu", DType::fp32, threads}).run_batch({batch}).at(0);
    CHECK(divided.shape == expected.shape);
    CHECK(divided.values == expected.values);
  }
}

TEST_CASE("The outputs of a divided batch of lists are in the order of the items",
          "[script_model]") {
  const Tensor batch = noise({5, 2, 3, 4});
  for (const int threads : {1, 2, 3}) {
    const std::vector<Tensor> each = load("items", {"cpu", DType::fp32, threads}).run_each({batch});
    REQUIRE(each.size() == 5);
    for (std::size_t i = 0; i < each.size(); ++i) {
      CHECK(each[i].shape == std::vector<std::int64_t>{2, 3, 4});
      CHECK(each[i].values == item(batch, i).values);
    }
  }
}

TEST_CASE("An error in one part of a batch is an error of the whole batch", "[script_model]") {
  const Tensor batch = noise({4, 5, 8, 8});
  const ScriptModel model = load("convolutions", {"cpu", DType::fp32, 2});
  check_error(ErrorCode::model_invalid, "model convolutions: it fails on its input",
              [&] { model.run_batch({batch}); });
}

TEST_CASE("Many threads may run one model at once, from its first call on",
          "[script_model][threads]") {
  const ScriptModel model = load("convolutions", {"cpu", DType::fp32, 1});
  constexpr std::size_t count = 8;
  std::vector<Tensor> inputs;
  for (unsigned i = 0; i < count; ++i) {
    const auto side = static_cast<std::int64_t>(16 + 8 * (i % 3));
    inputs.push_back(noise({1 + i % 2, 3, side, side}, i));
  }
  std::vector<std::vector<std::vector<float>>> results(count);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < count; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 20; ++round) {
        results[t].push_back(model.run({inputs[t]}).at(0).values);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (std::size_t t = 0; t < count; ++t) {
    const std::vector<float> expected = model.run({inputs[t]}).at(0).values;
    for (const std::vector<float>& result : results[t]) {
      REQUIRE(result == expected);
    }
  }
}

TEST_CASE("A call restores the host's number of threads", "[script_model]") {
  const Tensor input = noise({1, 3, 32, 32});
  const ScriptModel model = load("convolutions", {"cpu", DType::fp32, 2});
  model.run({input});
  const int before = omp_get_max_threads();
  omp_set_num_threads(3);
  model.run({input});
  CHECK(omp_get_max_threads() == 3);
  CHECK_THROWS_AS(model.run({}), Error);
  CHECK(omp_get_max_threads() == 3);
  omp_set_num_threads(before);
  int elsewhere = 0;
  std::thread([&] { elsewhere = omp_get_max_threads(); }).join();
  int elsewhere_after = 0;
  model.run({input});
  std::thread([&] { elsewhere_after = omp_get_max_threads(); }).join();
  CHECK(elsewhere_after == elsewhere);
}

TEST_CASE("bfloat16 is close to the reference if the processor supports it", "[script_model]") {
  const RuntimeOptions options{"cpu", DType::bf16, 0};
  try {
    load("identity", options);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::device_unavailable);
    CHECK_THAT(error.what(), Contains("use fp32"));
    return;
  }
  const Tensor input = noise({2, 3, 16, 16});
  const auto* network = GENERATE("convolutions", "widening");
  const std::vector<float> expected = load(network).run({input}).at(0).values;
  const std::vector<float> rounded = load(network, options).run({input}).at(0).values;
  REQUIRE(rounded.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    REQUIRE(std::abs(rounded[i] - expected[i]) < 0.02F);
  }
  CHECK(rounded != expected);
}

TEST_CASE("Errors for files that hold no model name the file and the reason", "[script_model]") {
  check_error(ErrorCode::unreadable_file, "no such file", [] { load("missing"); });
  check_error(ErrorCode::unreadable_file, "not a file", [] {
    ScriptModel("model", ModelSource{DEMASK_TEST_MODULES, nullptr, 0}, {});
  });
  check_error(ErrorCode::model_invalid, "model state_dict: it does not load as TorchScript",
              [] { load("state_dict"); });
  check_error(ErrorCode::model_invalid, "model no_forward: it has no method forward",
              [] { load("no_forward"); });
}

TEST_CASE("A model cut short anywhere is refused", "[script_model]") {
  const std::vector<std::uint8_t> bytes = bytes_of(module("convolutions").path);
  for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 40) {
    check_error(ErrorCode::model_invalid, "does not load as TorchScript", [&] {
      ScriptModel("model", ModelSource{{}, bytes.data(), size}, {});
    });
  }
}

TEST_CASE("Outputs that break the contract are refused", "[script_model]") {
  check_error(ErrorCode::model_invalid, "not finite",
              [] { load("not_a_number").run({Tensor({1})}); });
  check_error(ErrorCode::model_invalid, "it returns a GenericDict",
              [] { load("dictionary").run({Tensor({1})}); });
}

TEST_CASE("A model that fails reports the reason in one line", "[script_model]") {
  check_error(ErrorCode::model_invalid, "no input is good enough",
              [] { load("raises").run({Tensor({1})}); });
  check_error(ErrorCode::model_invalid, "model identity: it fails on its input",
              [] { load("identity").run({}); });
  check_error(ErrorCode::model_invalid, "channels", [] {
    load("convolutions").run({Tensor({1, 4, 8, 8})});
  });
  check_error(ErrorCode::out_of_memory, "model huge: not enough memory",
              [] { load("huge").run({Tensor({1})}); });
}

TEST_CASE("Runtime options are checked", "[script_model]") {
  for (const std::string device : {"", "gpu", "cpu:0", "cuda:", "cuda:-1", "cuda:x", "cuda:1x"}) {
    check_error(ErrorCode::invalid_argument, "use cpu, cuda or cuda:N", [&] {
      load("identity", {device, DType::fp32, 0});
    });
  }
  check_error(ErrorCode::device_unavailable, "device 'cuda:99'", [] {
    load("identity", {"cuda:99", DType::fp32, 0});
  });
  check_error(ErrorCode::invalid_argument, "threads", [] {
    load("identity", {"cpu", DType::fp32, -1});
  });
  check_error(ErrorCode::invalid_argument, "dtype", [] {
    load("identity", {"cpu", static_cast<DType>(7), 0});
  });
}

TEST_CASE("Shapes and counts of outputs are compared", "[script_model]") {
  using demask::runtime::require_outputs;
  using demask::runtime::require_shape;
  const Tensor tensor({2, 0, 4});
  CHECK_NOTHROW(require_shape(tensor, {2, 0, 4}, "model", "boxes"));
  CHECK_NOTHROW(require_shape(tensor, {2, -1, 4}, "model", "boxes"));
  check_error(ErrorCode::model_invalid, "model: boxes has the shape [2, 0, 4] where [-1, 4]", [&] {
    require_shape(tensor, {-1, 4}, "model", "boxes");
  });
  check_error(ErrorCode::model_invalid, "[2, 0, 5]", [&] {
    require_shape(tensor, {2, 0, 5}, "model", "boxes");
  });
  CHECK_NOTHROW(require_outputs({tensor}, 1, "model"));
  check_error(ErrorCode::model_invalid, "model: it returns 1 tensors where 3",
              [&] { require_outputs({tensor}, 3, "model"); });
}

}  // namespace

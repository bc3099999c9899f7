// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "runtime/generator_model.hpp"

namespace {

using namespace demask;           // NOLINT(google-build-using-namespace)
using namespace demask::runtime;  // NOLINT(google-build-using-namespace)
using namespace demask::test;     // NOLINT(google-build-using-namespace)

constexpr int side = 64;

GeneratorModel generator(const std::string& name) {
  const auto file = std::filesystem::path(DEMASK_TEST_MODULES) / (name + ".pt");
  return {"model " + name, {file, nullptr, 0}, {}};
}

/// A picture of one color above the middle and another below.
Tensor halves(const std::vector<float>& upper, const std::vector<float>& lower) {
  const auto channels = static_cast<std::int64_t>(upper.size());
  Tensor tensor({1, channels, side, side});
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    const std::size_t channel = i / (side * side);
    const bool is_upper = i % (side * side) < side * side / 2;
    tensor.values[i] = is_upper ? upper[channel] : lower[channel];
  }
  return tensor;
}

Tensor all(float value) { return halves({value}, {value}); }

/// A face whose upper half is visible and has one color.
MaskedFace masked() {
  return {halves({0.8F, 0.4F, 0.2F}, {0.0F, 0.0F, 0.0F}), halves({0.0F}, {1.0F}), all(0.0F)};
}

/// The color at the middle of a half.
std::vector<float> color(const Tensor& face, bool is_upper) {
  const auto width = static_cast<std::size_t>(face.shape.at(3));
  const std::size_t at = (is_upper ? width / 4 : 3 * width / 4) * width + width / 2;
  return {face.values.at(at), face.values.at(width * width + at),
          face.values.at(2 * width * width + at)};
}

void check_color(const std::vector<float>& color, const std::vector<float>& expected,
                 double margin) {
  REQUIRE(color.size() == 3);
  for (std::size_t c = 0; c < 3; ++c) {
    CHECK(color[c] == Approx(expected[c]).margin(margin));
  }
}

SearchTarget target(const Tensor& face) { return {face, all(1.0F), face, all(0.0F)}; }

TEST_CASE("A generator paints what it sees, under its conditions", "[generator]") {
  const int size = GENERATE(256, 512);
  const Tensor face = generator("halved_face").paint(masked(), size);
  CHECK(face.shape == std::vector<std::int64_t>{1, 3, size, size});
  check_color(color(face, true), {0.8F, 0.4F, 0.45F}, 1e-5);
  check_color(color(face, false), {0.5F, 0.5F, 0.75F}, 1e-5);
}

TEST_CASE("A search reaches the known codes of a face", "[generator]") {
  const GeneratorModel model = generator("halved_face");
  const Tensor face = halves({0.7F, 0.5F, 0.6F}, {0.2F, 0.3F, 0.4F});
  const Tensor found = model.search(masked(), target(face), {60, 0.0, [](int) {}});
  check_color(color(found, true), {0.7F, 0.5F, 0.6F}, 0.01);
  check_color(color(found, false), {0.2F, 0.3F, 0.4F}, 0.01);
}

TEST_CASE("What is not visible follows the guide, or stays as seen", "[generator]") {
  const GeneratorModel model = generator("halved_face");
  SearchTarget seen = target(halves({0.8F, 0.4F, 0.45F}, {0.0F, 0.0F, 0.0F}));
  seen.visible = halves({1.0F}, {0.0F});
  const Tensor kept = model.search(masked(), seen, {60, 0.0, [](int) {}});
  check_color(color(kept, false), {0.5F, 0.5F, 0.75F}, 0.1);
  seen.guide = halves({1.0F, 1.0F, 1.0F}, {0.3F, 0.6F, 0.9F});
  seen.guided = halves({0.0F}, {1.0F});
  const Tensor guided = model.search(masked(), seen, {60, 0.0, [](int) {}});
  check_color(color(guided, true), {0.8F, 0.4F, 0.45F}, 0.02);
  check_color(color(guided, false), {0.3F, 0.6F, 0.9F}, 0.01);
}

TEST_CASE("Where the photo has no color, the lightness alone is searched for", "[generator]") {
  SearchTarget gray = target(halves({0.6F, 0.6F, 0.6F}, {0.3F, 0.3F, 0.3F}));
  gray.colorless = true;
  const Tensor found = generator("halved_face").search(masked(), gray, {60, 0.0, [](int) {}});
  const auto lightness = [&](bool is_upper) {
    const std::vector<float> rgb = color(found, is_upper);
    return 0.299F * rgb[0] + 0.587F * rgb[1] + 0.114F * rgb[2];
  };
  CHECK(lightness(true) == Approx(0.6).margin(0.01));
  CHECK(lightness(false) == Approx(0.3).margin(0.01));
  CHECK(color(found, true)[0] > 0.65F);  // It keeps the color that it has seen.
}

TEST_CASE("A search of no steps paints the face that is seen", "[generator]") {
  const GeneratorModel model = generator("halved_face");
  const Tensor face = model.search(masked(), target(halves({1, 1, 1}, {0, 0, 0})), {});
  check_color(color(face, false), {0.5F, 0.5F, 0.75F}, 1e-5);
}

TEST_CASE("Modules that generate no faces are refused", "[generator]") {
  expect_error(ErrorCode::model_invalid, "it has no method see", [] { generator("identity"); });
  expect_error(ErrorCode::model_invalid, "it has no method paint",
               [] { generator("paints_nothing"); });
  const auto refused = [](const std::string& name, const std::string& text) {
    const GeneratorModel model = generator(name);
    expect_error(ErrorCode::model_invalid, text, [&] { return model.paint(masked(), 256); });
  };
  refused("sees_no_codes", "returns no codes");
  refused("paints_one_size", "returns no face [1, 3, 256, 256]");
  refused("paints_nan", "not finite");
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "demask/prior_inpainter.hpp"

namespace {

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

using Rgb = std::array<int, 3>;

constexpr int side = 256;
constexpr Rgb skin = {204, 102, 51};

std::unique_ptr<PriorInpainter> prior(const std::string& name, const RuntimeOptions& options = {}) {
  ModelSpec spec;
  spec.input_size = 64;
  const auto file = std::filesystem::path(DEMASK_TEST_MODULES) / (name + ".pt");
  return make_prior_inpainter(spec, {file, nullptr, 0}, options);
}

Image filled(const Rgb& color, int size = side) {
  Image image(size, size, PixelFormat::rgb);
  for (std::size_t i = 0; i < image.size_bytes(); ++i) {
    image.data()[i] = static_cast<std::uint8_t>(color[i % 3]);
  }
  return image;
}

/// A mask of some rows and columns.
Image mask_of(int top, int bottom, int left, int right, int size = side) {
  Image mask(size, size, PixelFormat::gray);
  for (int y = top; y < bottom; ++y) {
    std::fill(mask.row(y) + left, mask.row(y) + right, std::uint8_t{255});
  }
  return mask;
}

Landmarks landmarks() {
  Landmarks result;
  result.points.resize(68, {100.0F, 100.0F});
  return result;
}

/// A face of one color, whose hole is the lower half or a part of it.
struct Scene {
  explicit Scene(Image hole = mask_of(side / 2, side, 0, side)) : mask(std::move(hole)) {}
  PriorInput input() const { return {face.view(), mask.view(), landmarks(), {}}; }
  PriorInput guided() const { return {face.view(), mask.view(), landmarks(), guide.view()}; }
  Image face = filled(skin);
  Image mask;
  Image guide = filled({51, 153, 204});
};

Scene hole_amid_skin() { return Scene(mask_of(160, 220, 90, 170)); }

int difference(const Image& image, int x, int y, const Rgb& expected) {
  int largest = 0;
  for (int c = 0; c < 3; ++c) {
    largest = std::max(largest,
                       std::abs(image.row(y)[3 * x + c] - expected[static_cast<std::size_t>(c)]));
  }
  return largest;
}

std::vector<std::uint8_t> bytes(const Image& image) {
  return {image.data(), image.data() + image.size_bytes()};
}

SearchOptions steps(int count, double seconds = 0.0) {
  SearchOptions options;
  options.steps = count;
  options.seconds = seconds;
  return options;
}

TEST_CASE("The generated face is put into the hole", "[prior]") {
  const Scene scene = hole_amid_skin();
  const PriorPainting painting = prior("halved_face")->inpaint({scene.input()}).at(0);
  CHECK(painting.face.width() == side);
  CHECK(difference(painting.face, 80, 200, skin) == 0);
  CHECK(difference(painting.face, 120, 60, skin) == 0);
  CHECK(difference(painting.face, 120, 200, skin) > 0);
}

TEST_CASE("Where nothing is visible, the hole has the generated colors", "[prior]") {
  // Small squares are painted at 256 pixels, large ones at 512.
  const int size = GENERATE(64, 256, 300, 384, 512, 600);
  const Image face = filled(skin, size);
  const Image mask = mask_of(0, size, 0, size, size);
  const PriorInput input{face.view(), mask.view(), landmarks(), {}};
  const PriorPainting painting = prior("halved_face")->inpaint({input}).at(0);
  CHECK(painting.face.width() == size);
  CHECK(painting.face.height() == size);
  // Black above, gray below, and the condition's 0.25 of blue.
  CHECK(difference(painting.face, size / 2, size / 4, {0, 0, 64}) <= 1);
  CHECK(difference(painting.face, size / 2, size - size / 4, {128, 128, 191}) <= 1);
  CHECK(painting.error == 0.0F);
}

TEST_CASE("The error tells how well the generated face fits what is visible", "[prior]") {
  const auto error_of = [](const Scene& scene) {
    return prior("halved_face")->inpaint({scene.input()}).at(0).error;
  };
  // A face of one color can be painted; stripes cannot.
  CHECK(error_of(hole_amid_skin()) < 0.05F);
  Scene striped = hole_amid_skin();
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; x += 64) {
      std::fill(striped.face.row(y) + 3 * x, striped.face.row(y) + 3 * (x + 32), std::uint8_t{20});
    }
  }
  CHECK(error_of(striped) > 0.1F);
}

TEST_CASE("A batch of faces gives the same paintings as single faces", "[prior]") {
  const auto inpainter = prior("convolved_face");
  const Scene first;
  const Scene second = hole_amid_skin();
  const std::vector<PriorPainting> both = inpainter->inpaint({first.input(), second.input()});
  REQUIRE(both.size() == 2);
  CHECK(bytes(both[0].face) == bytes(inpainter->inpaint({first.input()})[0].face));
  CHECK(bytes(both[1].face) == bytes(inpainter->inpaint({second.input()})[0].face));
  CHECK(inpainter->inpaint({}).empty());
}

TEST_CASE("A face without color is painted without color by a prior", "[prior]") {
  Scene scene = hole_amid_skin();
  scene.face = filled({120, 120, 120});
  const PriorPainting painting = prior("halved_face")->inpaint({scene.input()}).at(0);
  const std::uint8_t* pixel = painting.face.row(200) + 3 * 120;
  CHECK(pixel[0] == pixel[1]);
  CHECK(pixel[1] == pixel[2]);
}

TEST_CASE("A search finds the codes that fit what is visible", "[prior]") {
  // The lower half has another color, of which only the surroundings of the hole are visible.
  Scene scene = hole_amid_skin();
  const Rgb beard = {60, 40, 90};
  for (int y = side / 2; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      std::copy(beard.begin(), beard.end(), scene.face.row(y) + 3 * x);
    }
  }
  const auto inpainter = prior("halved_face");
  const PriorPainting painting = inpainter->refine(scene.input(), steps(80));
  CHECK(difference(painting.face, 120, 200, beard) <= 4);
  CHECK(painting.error < 0.01F);
  CHECK(painting.error <= inpainter->inpaint({scene.input()}).at(0).error);
}

TEST_CASE("Where nothing is visible, a search follows the guide", "[prior]") {
  const Scene scene(mask_of(0, side, 0, side));
  const PriorPainting painting = prior("halved_face")->refine(scene.guided(), steps(80));
  CHECK(difference(painting.face, 120, 60, {51, 153, 204}) <= 3);
  CHECK(difference(painting.face, 120, 200, {51, 153, 204}) <= 3);
}

TEST_CASE("A search of no steps paints in one pass", "[prior]") {
  const Scene scene = hole_amid_skin();
  const auto inpainter = prior("convolved_face");
  const PriorPainting fine = inpainter->inpaint({scene.input()}).at(0);
  const PriorPainting none = inpainter->refine(scene.guided(), steps(0));
  CHECK(bytes(none.face) == bytes(fine.face));
  CHECK(none.error == fine.error);
}

TEST_CASE("A search gives the same bits again, and nearly the same with other threads",
          "[prior][threads]") {
  const Scene scene = hole_amid_skin();
  const auto refined = [&](int threads) {
    RuntimeOptions options;
    options.threads = threads;
    return bytes(prior("convolved_face", options)->refine(scene.guided(), steps(12)).face);
  };
  const std::vector<std::uint8_t> once = refined(1);
  CHECK(refined(1) == once);
  const std::vector<std::uint8_t> shared = refined(2);
  CHECK(refined(2) == shared);
  REQUIRE(shared.size() == once.size());
  int largest = 0;
  for (std::size_t i = 0; i < once.size(); ++i) {
    largest = std::max(largest, std::abs(once[i] - shared[i]));
  }
  CHECK(largest <= 2);
}

TEST_CASE("Many threads may search with one prior at once", "[prior][threads]") {
  const Scene scene = hole_amid_skin();
  RuntimeOptions options;
  options.threads = 1;
  const auto inpainter = prior("convolved_face", options);
  std::array<std::vector<std::uint8_t>, 4> results;
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] { result = bytes(inpainter->refine(scene.guided(), steps(6)).face); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const std::vector<std::uint8_t> alone = bytes(inpainter->refine(scene.guided(), steps(6)).face);
  CHECK(std::count(results.begin(), results.end(), alone) == 4);
}

TEST_CASE("A search restores the host's settings and ignores them", "[prior]") {
  const Scene scene = hole_amid_skin();
  RuntimeOptions options;
  options.threads = 1;
  const auto inpainter = prior("convolved_face", options);
  const std::vector<std::uint8_t> usual = bytes(inpainter->refine(scene.guided(), steps(4)).face);
  CHECK(c10::GradMode::is_enabled());
  omp_set_num_threads(3);
  {
    const c10::InferenceMode inference;
    CHECK(bytes(inpainter->refine(scene.guided(), steps(4)).face) == usual);
    CHECK(bytes(prior("convolved_face", options)->refine(scene.guided(), steps(4)).face) == usual);
    CHECK(c10::InferenceMode::is_enabled());
    CHECK(!c10::GradMode::is_enabled());
  }
  CHECK(omp_get_max_threads() == 3);
  omp_set_num_threads(1);
}

TEST_CASE("A search tells its steps and can be cancelled between them", "[prior]") {
  const Scene scene = hole_amid_skin();
  const auto inpainter = prior("halved_face");
  std::vector<int> seen;
  SearchCallbacks callbacks;
  callbacks.progress = [&](int done, int total) {
    CHECK(total == 5);
    seen.push_back(done);
  };
  static_cast<void>(inpainter->refine(scene.input(), steps(5), callbacks));
  CHECK(seen == std::vector<int>{1, 2, 3, 4, 5});

  seen.clear();
  callbacks.cancelled = [&] { return seen.size() == 2; };
  expect_error(ErrorCode::cancelled, "cancelled by the caller",
               [&] { return inpainter->refine(scene.input(), steps(5), callbacks); });
  CHECK(seen.size() == 2);

  struct Stop {};
  callbacks.progress = [](int, int) { throw Stop(); };
  CHECK_THROWS_AS(inpainter->refine(scene.input(), steps(5), callbacks), Stop);
}

TEST_CASE("A time limit ends a search early", "[prior]") {
  const Scene scene = hole_amid_skin();
  int last = 0;
  SearchCallbacks callbacks;
  callbacks.progress = [&](int done, int) { last = done; };
  const PriorPainting painting =
      prior("halved_face")->refine(scene.input(), steps(1000, 1e-9), callbacks);
  CHECK(last == 1);
  CHECK(painting.face.width() == side);
}

TEST_CASE("bfloat16 searches too if the processor supports it", "[prior]") {
  RuntimeOptions options;
  options.dtype = DType::bf16;
  const Scene scene = hole_amid_skin();
  try {
    const auto inpainter = prior("convolved_face", options);
    const PriorPainting fine = inpainter->inpaint({scene.input()}).at(0);
    const PriorPainting exact = prior("convolved_face")->inpaint({scene.input()}).at(0);
    CHECK(fine.error == Approx(exact.error).margin(0.02));
    CHECK(inpainter->refine(scene.guided(), steps(10)).error <= fine.error + 0.02F);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::device_unavailable);
  }
}

TEST_CASE("Modules that break the contract of a prior are refused", "[prior]") {
  expect_error(ErrorCode::model_invalid, "it has no method see", [] { prior("no_forward"); });
  expect_error(ErrorCode::model_invalid, "it has no method paint", [] { prior("paints_nothing"); });
  expect_error(ErrorCode::model_invalid, "writes files", [] { prior("saves_file"); });
  expect_error(ErrorCode::unreadable_file, "missing.pt", [] { prior("missing"); });
  const Scene scene = hole_amid_skin();
  const auto refused = [&](const std::string& name, const std::string& text) {
    const auto inpainter = prior(name);
    expect_error(ErrorCode::model_invalid, text,
                 [&] { return inpainter->inpaint({scene.input()}); });
    expect_error(ErrorCode::model_invalid, text,
                 [&] { return inpainter->refine(scene.input(), steps(1)); });
  };
  refused("sees_no_codes", "returns no codes");
  refused("paints_one_size", "returns no face [1, 3, 256, 256]");
  refused("paints_nan", "not finite");
}

TEST_CASE("Faces that break the contract of a prior are refused", "[prior]") {
  const auto inpainter = prior("halved_face");
  const Scene scene;
  const Image wide(32, 16, PixelFormat::rgb);
  const Image small(16, 16, PixelFormat::rgb);
  const Image small_mask(16, 16, PixelFormat::gray);
  const auto refused = [&](const PriorInput& input, const std::string& text) {
    expect_error(ErrorCode::invalid_argument, text, [&] { return inpainter->inpaint({input}); });
    expect_error(ErrorCode::invalid_argument, text, [&] { return inpainter->refine(input); });
  };
  refused({wide.view(), scene.mask.view(), landmarks(), {}}, "is not square");
  refused({scene.face.view(), scene.face.view(), landmarks(), {}}, "not gray");
  refused({scene.face.view(), small_mask.view(), landmarks(), {}}, "not the size of the face");
  refused({scene.face.view(), scene.mask.view(), {}, {}}, "landmarks");
  refused({scene.face.view(), scene.mask.view(), landmarks(), small.view()}, "guide");
}

TEST_CASE("Options of a search are checked", "[prior]") {
  const auto inpainter = prior("halved_face");
  const Scene scene;
  for (const int count : {-1, 1001}) {
    expect_error(ErrorCode::invalid_argument, "search.steps",
                 [&] { return inpainter->refine(scene.input(), steps(count)); });
  }
  for (const double seconds :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    expect_error(ErrorCode::invalid_argument, "search.seconds",
                 [&] { return inpainter->refine(scene.input(), steps(1, seconds)); });
  }
}

}  // namespace

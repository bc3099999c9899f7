// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <new>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "pipeline/call.hpp"
#include "threaded_stages.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

using pipeline::Call;
using pipeline::Face;
using pipeline::Faces;

namespace {

// A call on photos without pixels, which are never read. Each has a result and a number of faces.
struct Work {
  explicit Work(std::size_t photos, std::size_t faces_each = 1)
      : call(stages, std::vector<ImageView>(photos), options) {
    for (std::size_t photo = 0; photo < photos; ++photo) {
      call.photos[photo].outcome.result.emplace();
      for (std::size_t i = 0; i < faces_each; ++i) {
        call.faces.emplace_back().photo_index = photo;
      }
    }
    options.progress = [this](const Progress& progress) {
      reports.push_back({static_cast<int>(progress.step), progress.done, progress.total});
    };
  }

  FakeStages fakes{Scenes{}};
  ThreadedStages stages{fakes, 4};
  ReconstructOptions options;
  Call call;
  std::vector<std::array<int, 3>> reports;
};

[[noreturn]] void fail(ErrorCode code) { throw Error(code, "test: it fails; do not"); }

void check_failed(const Call& call, std::size_t photo, ErrorCode code) {
  CAPTURE(photo);
  CHECK_FALSE(call.photos[photo].outcome.result);
  REQUIRE(call.photos[photo].outcome.error);
  CHECK(call.photos[photo].outcome.error->code() == code);
}

}  // namespace

TEST_CASE("One failing photo does not affect the others in its batch", "[call]") {
  Work work(3, 2);
  std::vector<std::size_t> sizes;
  std::vector<std::size_t> done;
  work.call.in_batches(PipelineStep::segment, work.call.active_faces(), [&](const Faces& batch) {
    sizes.push_back(batch.size());
    for (const Face* face : batch) {
      if (face->photo_index == 1) fail(ErrorCode::model_invalid);
    }
    for (const Face* face : batch) done.push_back(face->photo_index);
  });
  // First all faces together, then one by one; the second face of the failed photo is skipped.
  CHECK(sizes == std::vector<std::size_t>{6, 1, 1, 1, 1, 1});
  CHECK(done == std::vector<std::size_t>{0, 0, 2, 2});
  CHECK(work.call.good_photos() == pipeline::PhotoIndices{0, 2});
  check_failed(work.call, 1, ErrorCode::model_invalid);
  for (const Face& face : work.call.faces) CHECK(face.active == (face.photo_index != 1));
  CHECK(work.call.active_faces().size() == 4);
}

TEST_CASE("Photos that fail together are tried one by one", "[call]") {
  Work work(3);
  pipeline::Tally tally{0, 3};
  std::vector<std::size_t> done;
  work.call.in_batches(PipelineStep::detect, {0, 1, 2}, tally,
                       [&](const pipeline::PhotoIndices& batch) {
                         for (const std::size_t photo : batch) {
                           if (photo == 0) throw std::bad_alloc();
                         }
                         done.insert(done.end(), batch.begin(), batch.end());
                       });
  CHECK(done == std::vector<std::size_t>{1, 2});
  CHECK(tally.done == 3);
  check_failed(work.call, 0, ErrorCode::out_of_memory);
}

TEST_CASE("Faces go through a step in batches, and each batch is reported", "[call]") {
  Work work(1, 20);
  work.call.faces[3].active = false;
  std::vector<std::size_t> sizes;
  Faces all;
  for (Face& face : work.call.faces) all.push_back(&face);
  work.call.in_batches(PipelineStep::gender, all,
                       [&](const Faces& batch) { sizes.push_back(batch.size()); });
  CHECK(sizes == std::vector<std::size_t>{7, 8, 4});
  const int step = static_cast<int>(PipelineStep::gender);
  using Reports = std::vector<std::array<int, 3>>;
  CHECK(work.reports == Reports{{step, 0, 20}, {step, 8, 20}, {step, 16, 20}, {step, 20, 20}});
  work.reports.clear();
  work.call.in_batches(PipelineStep::gender, Faces{}, [](const Faces&) { FAIL("no faces"); });
  CHECK(work.reports.empty());
}

TEST_CASE("Faces go through a step photo by photo, and each photo is reported", "[call]") {
  Work work(4, 2);
  Faces some = work.call.active_faces();
  some.erase(some.begin() + 2, some.begin() + 4);  // The faces of photo 1.
  std::vector<std::size_t> done;
  work.call.by_photo(PipelineStep::segment, some, [&](std::size_t photo, const Faces& faces) {
    REQUIRE(faces.size() == 2);
    for (const Face* face : faces) CHECK(face->photo_index == photo);
    done.push_back(photo);
    if (photo == 2) fail(ErrorCode::model_invalid);
  });
  CHECK(done == std::vector<std::size_t>{0, 2, 3});
  const int step = static_cast<int>(PipelineStep::segment);
  using Reports = std::vector<std::array<int, 3>>;
  CHECK(work.reports == Reports{{step, 0, 6}, {step, 2, 6}, {step, 4, 6}, {step, 6, 6}});
  CHECK(work.call.good_photos() == pipeline::PhotoIndices{0, 1, 3});
  check_failed(work.call, 2, ErrorCode::model_invalid);
}

TEST_CASE("In a parallel loop, each failure is the error of its photo", "[call]") {
  Work work(4, 2);
  const Faces faces = work.call.active_faces();
  const auto photo_of = [&](std::size_t i) { return faces[i]->photo_index; };
  work.call.at_once(faces.size(), photo_of, [&](std::size_t i) {
    if (i == 2) fail(ErrorCode::internal);
    if (i == 3) fail(ErrorCode::model_invalid);
    if (i == 7) throw std::bad_alloc();
  });
  CHECK(work.call.good_photos() == pipeline::PhotoIndices{0, 2});
  check_failed(work.call, 1, ErrorCode::internal);  // The error of the first item.
  check_failed(work.call, 3, ErrorCode::out_of_memory);
  work.call.for_photo(2, [] { fail(ErrorCode::invalid_image); });
  check_failed(work.call, 2, ErrorCode::invalid_image);
  const std::vector<BatchResult> results = work.call.take_results();
  REQUIRE(results.size() == 4);
  CHECK(results[0].result);
  CHECK(results[2].error);
}

TEST_CASE("Cancellation ends a call wherever it occurs", "[call]") {
  Work work(2);
  const auto cancel = [](const auto&...) { fail(ErrorCode::cancelled); };
  const auto expect_end = [](const auto& run) {
    expect_error(ErrorCode::cancelled, "it fails", run);
  };
  expect_end(
      [&] { work.call.in_batches(PipelineStep::segment, work.call.active_faces(), cancel); });
  expect_end([&] { work.call.for_photo(0, cancel); });
  expect_end([&] {
    work.call.at_once(
        2, [](std::size_t i) { return i; }, cancel);
  });
  CHECK(work.call.good_photos().size() == 2);
  work.options.cancelled = [] { return true; };
  expect_error(ErrorCode::cancelled, "cancelled by the caller", [&] {
    work.call.report(PipelineStep::detect, {0, 2});
  });
}

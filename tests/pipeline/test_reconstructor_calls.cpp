// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "../support/expect_error.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"
#include "scenes.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

// `count` faces in a row, of alternating gender.
Scene row_of_faces(int count, int face_side) {
  Scene scene{count * face_side, face_side + 20 + count, {}};
  for (int i = 0; i < count; ++i) {
    const double angle = 0.05 * (i % 3 - 1);
    scene.faces.push_back({placed(i * face_side + 5, 10, face_side - 10, angle),
                           i % 2 == 0 ? female_skin : male_skin, i % 4 != 3, 65.0F,
                           0.95F - 0.01F * static_cast<float>(i)});
  }
  return scene;
}

// Photos of 1, 10, 0 and 3 faces: more than one batch of a network in all.
std::vector<Scene> album() {
  return {row_of_faces(1, 200), row_of_faces(10, 90), Scene{77, 50, {}}, row_of_faces(3, 110)};
}

std::vector<Image> photos_of(const std::vector<Scene>& list) {
  std::vector<Image> photos;
  for (const Scene& scene : list) {
    photos.push_back(scene.photo());
  }
  return photos;
}

std::vector<ImageView> views_of(const std::vector<Image>& photos) {
  return {photos.begin(), photos.end()};
}

void check_cancelled(const FaceReconstructor& reconstructor, const std::vector<ImageView>& photos,
                     const ReconstructOptions& options) {
  expect_error(ErrorCode::cancelled, "cancelled by the caller",
               [&] { return reconstructor.reconstruct(photos, options); });
}

}  // namespace

TEST_CASE("A batch equals its photos one by one", "[reconstructor_calls]") {
  const std::vector<Scene> scenes = album();
  const std::vector<Image> photos = photos_of(scenes);
  FakeStages fakes(scenes_of(scenes));
  fakes.gender_classifier->probability = 0.6F;
  Stages stages = fakes.stages();
  if (GENERATE(false, true)) {
    stages.segmenter = std::make_shared<FakeInstanceSegmenter>(scenes_of(scenes));
  }
  const FaceReconstructor reconstructor(stages);
  ReconstructOptions options;
  options.both_when_uncertain = true;
  options.blend = GENERATE(BlendMode::feather, BlendMode::poisson, BlendMode::none);
  const std::vector<BatchResult> batch = reconstructor.reconstruct(views_of(photos), options);
  REQUIRE(batch.size() == photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    REQUIRE(batch[i].result);
    CHECK(!batch[i].error);
    check_contained(photos[i], *batch[i].result);
    check_same(*batch[i].result, reconstructor.reconstruct(photos[i], options));
  }
  CHECK(batch[1].result->faces.size() == 10);
  CHECK(reconstructor.reconstruct(std::vector<ImageView>{}, options).empty());
}

TEST_CASE("Each photo of a batch has its own error", "[reconstructor_calls]") {
  const std::vector<Scene> scenes = album();
  const std::vector<Image> photos = photos_of(scenes);
  FakeStages fakes(scenes_of(scenes));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  ReconstructOptions options;
  const std::vector<Result> singles = {reconstructor.reconstruct(photos[0], options),
                                       reconstructor.reconstruct(photos[3], options)};

  SECTION("malformed and too large photos") {
    const std::uint8_t byte = 0;
    const ImageView null{nullptr, 10, 10, 0, PixelFormat::rgb};
    const ImageView huge{&byte, 100'000, 100'000, 0, PixelFormat::rgb};
    const ImageView strange{&byte, 1, 1, 0, static_cast<PixelFormat>(9)};
    const std::vector<BatchResult> batch =
        reconstructor.reconstruct({null, photos[0], huge, strange, photos[3]}, options);
    REQUIRE(batch.size() == 5);
    for (const std::size_t failed : {0U, 2U, 3U}) {
      CHECK(!batch[failed].result);
      REQUIRE(batch[failed].error);
    }
    CHECK(batch[0].error->code() == ErrorCode::invalid_image);
    CHECK(batch[2].error->code() == ErrorCode::image_too_large);
    CHECK(batch[3].error->code() == ErrorCode::invalid_argument);
    REQUIRE(batch[1].result);
    REQUIRE(batch[4].result);
    check_same(*batch[1].result, singles[0]);
    check_same(*batch[4].result, singles[1]);
  }
  SECTION("a stage that fails on one photo's face") {
    const int bad_width = scenes[1].width;
    fakes.landmark_detector->tamper = [bad_width](const std::vector<FaceRegion>& faces, auto&) {
      for (const FaceRegion& face : faces) {
        if (face.photo.width == bad_width) {
          throw Error(ErrorCode::model_invalid, "landmarks: this photo spoils it; leave it out");
        }
      }
    };
    const std::vector<BatchResult> batch = reconstructor.reconstruct(views_of(photos), options);
    CHECK(!batch[1].result);
    REQUIRE(batch[1].error);
    CHECK(batch[1].error->code() == ErrorCode::model_invalid);
    REQUIRE(batch[0].result);
    REQUIRE(batch[2].result);
    REQUIRE(batch[3].result);
    check_same(*batch[0].result, singles[0]);
    check_same(*batch[3].result, singles[1]);
    expect_error(ErrorCode::model_invalid, "this photo spoils it",
                 [&] { return reconstructor.reconstruct(photos[1], options); });
  }
  SECTION("a face that makes every later step fail is skipped") {
    fakes.inpainter_male->tamper = [](std::vector<Image>& painted) {
      painted[0] = Image(1, 1, PixelFormat::gray);
    };
    const std::vector<BatchResult> batch = reconstructor.reconstruct(views_of(photos), options);
    CHECK(batch[0].result);
    CHECK(batch[1].error);
    CHECK(batch[2].result);
    CHECK(batch[3].error);
  }
}

TEST_CASE("Progress never goes back, and completes each step", "[reconstructor_calls]") {
  const std::vector<Scene> scenes = album();
  const std::vector<Image> photos = photos_of(scenes);
  FakeStages fakes(scenes_of(scenes));
  fakes.gender_classifier->probability = 0.5F;
  Stages stages = fakes.stages();
  if (GENERATE(false, true)) {
    stages.segmenter = std::make_shared<FakeInstanceSegmenter>(scenes_of(scenes));
  }
  const std::thread::id caller = std::this_thread::get_id();
  std::vector<Progress> reports;
  ReconstructOptions options;
  options.both_when_uncertain = true;
  options.progress = [&](const Progress& progress) {
    CHECK(std::this_thread::get_id() == caller);
    reports.push_back(progress);
  };
  static_cast<void>(FaceReconstructor(stages).reconstruct(views_of(photos), options));

  REQUIRE(reports.size() > 12);
  std::array<bool, pipeline_step_count> finished{};
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const Progress& now = reports[i];
    CHECK(now.done >= 0);
    CHECK(now.done <= now.total);
    if (now.done == now.total) {
      finished[static_cast<std::size_t>(now.step)] = true;
    }
    if (i > 0) {
      const Progress& before = reports[i - 1];
      INFO(to_string(before.step) << " " << before.done << "/" << before.total << " then "
                                  << to_string(now.step) << " " << now.done << "/" << now.total);
      CHECK(static_cast<int>(now.step) >= static_cast<int>(before.step));
      if (now.step == before.step) {
        CHECK(now.total == before.total);
        CHECK(now.done > before.done);
      }
    }
  }
  for (const bool step_finished : finished) {
    CHECK(step_finished);
  }
}

TEST_CASE("A call can be cancelled whenever it checks", "[reconstructor_calls]") {
  const std::vector<Scene> scenes = album();
  const std::vector<Image> photos = photos_of(scenes);
  const FakeStages fakes(scenes_of(scenes));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  const std::vector<ImageView> views = views_of(photos);
  int questions = 0;
  ReconstructOptions counting;
  counting.cancelled = [&] {
    ++questions;
    return false;
  };
  const std::vector<BatchResult> expected = reconstructor.reconstruct(views, counting);
  REQUIRE(questions > 12);
  for (int stop = 1; stop <= questions; ++stop) {
    int asked = 0;
    ReconstructOptions options;
    options.cancelled = [&] { return ++asked == stop; };
    check_cancelled(reconstructor, views, options);
    CHECK(asked == stop);
  }
  const std::vector<BatchResult> again = reconstructor.reconstruct(views, {});
  for (std::size_t i = 0; i < views.size(); ++i) {
    check_same(*again[i].result, *expected[i].result);
  }
}

TEST_CASE("A call can be cancelled at each step by name", "[reconstructor_calls]") {
  const std::vector<Scene> scenes = album();
  const std::vector<Image> photos = photos_of(scenes);
  const FakeStages fakes(scenes_of(scenes));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  for (int step = 0; step < pipeline_step_count; ++step) {
    bool reached = false;
    ReconstructOptions options;
    options.progress = [&](const Progress& progress) {
      reached = reached || static_cast<int>(progress.step) == step;
    };
    options.cancelled = [&] { return reached; };
    INFO(to_string(static_cast<PipelineStep>(step)));
    check_cancelled(reconstructor, views_of(photos), options);
    expect_error(ErrorCode::cancelled, "cancelled", [&] {
      reached = false;
      return reconstructor.reconstruct(photos[0], options);
    });
  }
}

TEST_CASE("A call can be cancelled from another thread", "[reconstructor_calls][threads]") {
  const Scene scene = row_of_faces(1, 200);
  const Image photo = scene.photo();
  FakeStages fakes(scenes_of({scene}));
  std::atomic<bool> painting{false};
  std::atomic<bool> stop{false};
  fakes.inpainter_female->tamper = [&](auto&) {
    painting = true;
    while (!stop) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  };
  ReconstructOptions options;
  options.cancelled = [&] { return stop.load(); };
  const FaceReconstructor reconstructor = fakes.reconstructor();
  std::thread canceller([&] {
    while (!painting) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    stop = true;
  });
  expect_error(ErrorCode::cancelled, "cancelled",
               [&] { return reconstructor.reconstruct(photo, options); });
  canceller.join();
}

TEST_CASE("An exception of a callback reaches the caller", "[reconstructor_calls]") {
  const Scene scene = row_of_faces(1, 200);
  const FakeStages fakes(scenes_of({scene}));
  ReconstructOptions options;
  options.progress = [](const Progress& progress) {
    if (progress.step == PipelineStep::segment) {
      throw std::runtime_error("mine");
    }
  };
  CHECK_THROWS_WITH(fakes.reconstructor().reconstruct(scene.photo(), options), "mine");
}

TEST_CASE("Eight concurrent callers get the same results as one",
          "[reconstructor_calls][threads]") {
  const std::vector<Scene> scenes = album();
  const std::vector<Image> photos = photos_of(scenes);
  const FakeStages fakes(scenes_of(scenes));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  std::vector<Result> expected;
  for (const Image& photo : photos) {
    expected.push_back(reconstructor.reconstruct(photo));
  }
  constexpr std::size_t callers = 8;
  std::vector<Result> results(callers);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < callers; ++i) {
    threads.emplace_back(
        [&, i] { results[i] = reconstructor.reconstruct(photos[i % photos.size()]); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (std::size_t i = 0; i < callers; ++i) {
    check_same(results[i], expected[i % photos.size()]);
  }
}

TEST_CASE("A reconstructor can be moved", "[reconstructor_calls]") {
  const Scene scene = row_of_faces(1, 200);
  const FakeStages fakes(scenes_of({scene}));
  FaceReconstructor first = fakes.reconstructor();
  FaceReconstructor second(std::move(first));
  first = std::move(second);
  CHECK(first.reconstruct(scene.photo()).faces.size() == 1);
}

TEST_CASE("Statuses and steps have names", "[reconstructor_calls]") {
  CHECK(std::string(to_string(FaceStatus::reconstructed)) == "reconstructed");
  CHECK(std::string(to_string(FaceStatus::no_mask)) == "no_mask");
  CHECK(std::string(to_string(FaceStatus::too_small)) == "too_small");
  CHECK(std::string(to_string(FaceStatus::not_selected)) == "not_selected");
  CHECK(std::string(to_string(FaceStatus::landmarks_unreliable)) == "landmarks_unreliable");
  CHECK(std::string(to_string(PipelineStep::detect)) == "detect");
  CHECK(std::string(to_string(PipelineStep::composite)) == "composite");
  CHECK(std::string(to_string(static_cast<FaceStatus>(50))) == "unknown");
}

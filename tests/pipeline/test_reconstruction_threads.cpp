// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "demask/error.hpp"
#include "fake_stages.hpp"
#include "pipeline/reconstruction.hpp"
#include "result_checks.hpp"
#include "threaded_stages.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

// A crowd of faces; if it is dense, their masks touch or overlap those of their neighbors.
Scene crowd(int width, double distance) {
  Scene scene{width, 460, {}};
  for (int row = 0; row < 2; ++row) {
    for (int i = 0; i < 4; ++i) {
      const Similarity to_face(0.6, 0.0, 20.0 + distance * i, 20.0 + 0.8 * distance * row);
      scene.faces.push_back({to_face, i % 2 == 0 ? female_skin : male_skin});
      scene.faces.back().score = 0.95F - 0.01F * static_cast<float>(4 * row + i);
    }
  }
  return scene;
}

std::vector<BatchResult> reconstruct(const FakeStages& fakes, int threads,
                                     const std::vector<ImageView>& photos,
                                     const ReconstructOptions& options) {
  const ThreadedStages stages(fakes, threads);
  return pipeline::reconstruct(stages, photos, options);
}

}  // namespace

TEST_CASE("The number of threads changes no pixel, even where faces overlap",
          "[reconstruction_threads][threads]") {
  const std::vector<Scene> scenes = {crowd(900, 220.0), crowd(901, 110.0), crowd(902, 60.0)};
  Scenes by_width;
  std::vector<Image> photos;
  std::vector<ImageView> views;
  for (const Scene& scene : scenes) {
    by_width[scene.width] = scene;
    photos.push_back(scene.photo());
  }
  for (const Image& photo : photos) {
    views.push_back(photo.view());
  }
  const FakeStages fakes(by_width);
  ReconstructOptions options;
  options.blend = GENERATE(BlendMode::feather, BlendMode::poisson);
  const std::vector<BatchResult> expected = reconstruct(fakes, 1, views, options);
  for (const int threads : {2, 5}) {
    const std::vector<BatchResult> found = reconstruct(fakes, threads, views, options);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CAPTURE(threads, i);
      REQUIRE(found[i].result);
      REQUIRE(expected[i].result->faces.size() == 8);
      CHECK(found[i].result->faces.front().status == FaceStatus::reconstructed);
      check_same(*found[i].result, *expected[i].result);
    }
  }
}

TEST_CASE("With threads, an error stays with its photo", "[reconstruction_threads][threads]") {
  const Scene good = crowd(900, 220.0);
  Scene bad = good;
  bad.width = 333;
  const std::vector<Image> photos = {good.photo(), bad.photo(), good.photo()};
  const FakeStages fakes(Scenes{{good.width, good}, {bad.width, bad}});
  SECTION("of the detector") {
    fakes.face_detector->tamper = [&bad](const std::vector<ImageView>& seen, auto&) {
      for (const ImageView& photo : seen) {
        if (photo.width == bad.width) {
          throw Error(ErrorCode::model_invalid, "detector: this photo spoils it; leave it out");
        }
      }
    };
  }
  SECTION("of a detector that returns results for too few photos") {
    fakes.face_detector->tamper = [&bad](const std::vector<ImageView>& seen, auto& results) {
      if (std::any_of(seen.begin(), seen.end(),
                      [&bad](const ImageView& photo) { return photo.width == bad.width; })) {
        results.pop_back();
      }
    };
  }
  const std::vector<BatchResult> found =
      reconstruct(fakes, 2, {photos[0].view(), photos[1].view(), photos[2].view()}, {});
  REQUIRE(found[0].result);
  REQUIRE(found[1].error);
  CHECK(found[1].error->code() == ErrorCode::model_invalid);
  REQUIRE(found[2].result);
  check_same(*found[0].result, *found[2].result);
}

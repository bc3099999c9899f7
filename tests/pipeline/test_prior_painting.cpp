// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/video_reconstructor.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"
#include "scenes.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

ReconstructOptions with(Quality quality) {
  ReconstructOptions options;
  options.quality = quality;
  options.blend = BlendMode::none;
  return options;
}

FakeStages with_prior(const Scenes& scenes, float error = 0.0F) {
  FakeStages fakes(scenes);
  fakes.inpainter_prior = std::make_shared<FakePriorInpainter>(prior_paint);
  fakes.inpainter_prior->error = error;
  return fakes;
}

/// Whether a color is another one, up to a rounding error of resampling.
bool is_near(const Color& color, const Color& expected) {
  return std::abs(color.red - expected.red) <= 1 && std::abs(color.green - expected.green) <= 1 &&
         std::abs(color.blue - expected.blue) <= 1;
}

Scene large_face() { return {740, 700, {{placed(60, 20, 620), female_skin, true, 70.0F, 0.9F}}}; }

}  // namespace

TEST_CASE("A prior paints by default, and not with quality fast", "[prior]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FakeStages fakes = with_prior(scenes_of({scene}));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  CHECK(reconstructor.has_prior_inpainter());
  CHECK(ReconstructOptions().quality == Quality::fine);
  const Result fine = reconstructor.reconstruct(photo, with(Quality::fine));
  CHECK(is_near(mask_middle(fine.photo, scene.faces[0]), prior_paint));
  CHECK(fine.faces[0].quality == Quality::fine);
  CHECK(fakes.inpainter_prior->calls == 1);
  CHECK(fakes.inpainter_female->calls == 1);
  check_contained(photo, fine);

  const Result fast = reconstructor.reconstruct(photo, with(Quality::fast));
  CHECK(mask_middle(fast.photo, scene.faces[0]) == female_paint);
  CHECK(fast.faces[0].quality == Quality::fast);
  CHECK(fakes.inpainter_prior->calls == 1);
}

TEST_CASE("Without a prior every quality paints as fast", "[prior]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene})).reconstructor();
  CHECK(!reconstructor.has_prior_inpainter());
  for (const Quality quality : {Quality::fast, Quality::fine, Quality::best}) {
    const Result result = reconstructor.reconstruct(photo, with(quality));
    CHECK(mask_middle(result.photo, scene.faces[0]) == female_paint);
    CHECK(result.faces[0].quality == Quality::fast);
  }
}

TEST_CASE("A prior that does not fit the face leaves it to the direct inpainter", "[prior]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const auto painted = [&](float error) {
    return with_prior(scenes_of({scene}), error)
        .reconstructor()
        .reconstruct(photo, with(Quality::fine));
  };
  const Result poor = painted(0.5F);
  CHECK(mask_middle(poor.photo, scene.faces[0]) == female_paint);
  CHECK(poor.faces[0].quality == Quality::fast);
  // In between, both are mixed: the green of the mixture rises as the error falls.
  int green = female_paint.green;
  int mixtures = 0;
  for (float error = 0.3F; error >= 0.0F; error -= 0.01F) {
    const Result result = painted(error);
    const int now = mask_middle(result.photo, scene.faces[0]).green;
    CHECK(now >= green);
    const bool is_mixed = now > female_paint.green + 1 && now + 1 < prior_paint.green;
    mixtures += is_mixed ? 1 : 0;
    CHECK(result.faces[0].quality == (now == female_paint.green ? Quality::fast : Quality::fine));
    green = now;
  }
  CHECK(std::abs(green - prior_paint.green) <= 1);
  CHECK(mixtures >= 2);
}

TEST_CASE("A prior sees its own square, as large as the photo holds", "[prior]") {
  const Scene small = one_face();
  const Scene large = large_face();
  for (const Scene& scene : {small, large}) {
    const Image photo = scene.photo();
    const FakeStages fakes = with_prior(scenes_of({scene}));
    int side = 0;
    fakes.inpainter_prior->look = [&](const PriorInput& input) {
      side = input.face.width;
      const auto size = static_cast<float>(side);
      const auto eyes = eye_centers(input.landmarks);
      CHECK(eyes[0].y == Approx(eyes[1].y).margin(1.0));
      CHECK((eyes[0].x + eyes[1].x) / 2.0F == Approx(size / 2.0F).margin(0.02F * size));
      // Within the mask, the guide is what the direct inpainter painted, else the photo.
      const Point in_mask =
          prior_similarity(scene.faces[0].landmarks(), side)(scene.faces[0].place({128, 190}));
      const int x = static_cast<int>(in_mask.x);
      const int y = static_cast<int>(in_mask.y);
      CHECK(input.mask.row(y)[x] == 255);
      CHECK(std::abs(input.guide.row(y)[3 * x] - female_paint.red) <= 1);
      CHECK(std::equal(input.face.row(0), input.face.row(0) + 3 * side, input.guide.row(0)));
      // Beyond the photo's border the square is continued, not black.
      for (const int corner : {0, side - 1}) {
        const std::uint8_t* pixel = input.face.row(corner) + 3 * (side - 1 - corner);
        CHECK(pixel[0] + pixel[1] + pixel[2] > 0);
      }
    };
    ReconstructOptions options = with(Quality::fine);
    options.gender = GenderChoice::female;
    const Result result = fakes.reconstructor().reconstruct(photo, options);
    CHECK(result.faces[0].status == FaceStatus::reconstructed);
    CHECK(side == (scene.width == small.width ? 256 : 512));
    CHECK(is_near(mask_middle(result.photo, scene.faces[0]), prior_paint));
  }
}

TEST_CASE("A batch with a prior equals its photos one by one", "[prior]") {
  const std::vector<Scene> scenes = {group(), one_face(), large_face()};
  const FakeStages fakes = with_prior(scenes_of(scenes), 0.18F);
  const FaceReconstructor reconstructor = fakes.reconstructor();
  std::vector<Image> photos;
  for (const Scene& scene : scenes) {
    photos.push_back(scene.photo());
  }
  for (const Quality quality : {Quality::fine, Quality::best}) {
    const std::vector<BatchResult> batch = reconstructor.reconstruct(
        std::vector<ImageView>(photos.begin(), photos.end()), with(quality));
    for (std::size_t i = 0; i < photos.size(); ++i) {
      const Result single = reconstructor.reconstruct(photos[i], with(quality));
      REQUIRE(batch[i].result);
      CHECK(same_pixels(batch[i].result->photo, single.photo));
    }
  }
}

TEST_CASE("A search reports its steps as progress and can be cancelled", "[prior]") {
  const Scene scene = group();  // Two masked faces.
  const Image photo = scene.photo();
  const FakeStages fakes = with_prior(scenes_of({scene}));
  ReconstructOptions options = with(Quality::best);
  options.search.steps = 10;
  std::vector<int> done;
  options.progress = [&](const Progress& progress) {
    if (progress.step == PipelineStep::inpaint) {
      CHECK(progress.total == 22);  // Each face once by the direct inpainter, and ten steps.
      done.push_back(progress.done);
    }
  };
  const Result result = fakes.reconstructor().reconstruct(photo, options);
  CHECK(std::is_sorted(done.begin(), done.end()));
  CHECK(done.front() == 0);
  CHECK(done.back() == 22);
  for (int value = 2; value <= 22; ++value) {
    CHECK(std::count(done.begin(), done.end(), value) >= 1);
  }
  CHECK(fakes.inpainter_prior->searches == 2);
  CHECK(result.faces[0].quality == Quality::best);
  CHECK(is_near(mask_middle(result.photo, scene.faces[0]), prior_paint));

  options.cancelled = [&] { return done.back() == 7; };
  done = {0};
  expect_error(ErrorCode::cancelled, "cancelled by the caller",
               [&] { return fakes.reconstructor().reconstruct(photo, options); });
  CHECK(done.back() == 7);
}

TEST_CASE("A search that does not fit gives way to one pass, then to the direct inpainter",
          "[prior]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const auto painted = [&](float error) {
    const FakeStages fakes = with_prior(scenes_of({scene}), error);
    ReconstructOptions options = with(Quality::best);
    options.search.steps = 2;
    const Result result = fakes.reconstructor().reconstruct(photo, options);
    CHECK(fakes.inpainter_prior->searches == 1);
    return result.faces[0].quality;
  };
  CHECK(painted(0.01F) == Quality::best);
  CHECK(painted(0.08F) == Quality::best);  // Mixed.
  CHECK(painted(0.12F) == Quality::fine);
  CHECK(painted(0.5F) == Quality::fast);
}

TEST_CASE("A search of no steps is painted as fine", "[prior]") {
  const Scene scene = one_face();
  const FakeStages fakes = with_prior(scenes_of({scene}));
  ReconstructOptions options = with(Quality::best);
  options.search.steps = 0;
  const Result result = fakes.reconstructor().reconstruct(scene.photo(), options);
  CHECK(fakes.inpainter_prior->searches == 0);
  CHECK(fakes.inpainter_prior->calls == 1);
  CHECK(result.faces[0].quality == Quality::fine);
}

TEST_CASE("The alternative stays with the direct inpainter", "[prior]") {
  const Scene scene = one_face();
  const FakeStages fakes = with_prior(scenes_of({scene}));
  fakes.gender_classifier->probability = 0.55F;
  ReconstructOptions options = with(Quality::fine);
  options.both_when_uncertain = true;
  const Result result = fakes.reconstructor().reconstruct(scene.photo(), options);
  CHECK(is_near(mask_middle(result.photo, scene.faces[0]), prior_paint));
  CHECK(mask_middle(result.alternative_photo, scene.faces[0]) == male_paint);
}

TEST_CASE("A prior that breaks its interface is an error, not a crash", "[prior]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FakeStages fakes = with_prior(scenes_of({scene}));
  const auto refused = [&](const std::string& text) {
    expect_error(ErrorCode::model_invalid, "inpainter_prior: " + text,
                 [&] { return fakes.reconstructor().reconstruct(photo, with(Quality::fine)); });
  };
  fakes.inpainter_prior->tamper = [](auto& results) { results.clear(); };
  refused("it returned 0 results for 1 faces");
  fakes.inpainter_prior->tamper = [](auto& results) {
    results[0].face = Image(8, 8, PixelFormat::rgb);
  };
  refused("a painted face is not RGB of the size of its input");
  for (const float error : {-1.0F, std::numeric_limits<float>::quiet_NaN()}) {
    fakes.inpainter_prior->tamper = [error](auto& results) { results[0].error = error; };
    refused("the error of a painting is");
  }
}

TEST_CASE("A prior of the bundle is read only if the quality needs it", "[prior]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const std::string content = "not the model";
  const std::string manifest = nlohmann::json({{"schema_version", 1},
                                               {"name", "damaged"},
                                               {"version", "1"},
                                               {"license", "MIT"},
                                               {"models",
                                                {{"inpainter_prior",
                                                  {{"file", "prior.pt"},
                                                   {"sha256", std::string(64, '0')},
                                                   {"size_bytes", content.size()},
                                                   {"input_size", 256},
                                                   {"variant", "prior"}}}}}})
                                   .dump();
  const ModelBundle bundle =
      ModelBundle::from_memory({{"manifest.json", {manifest.begin(), manifest.end()}},
                                {"prior.pt", {content.begin(), content.end()}}});
  const FaceReconstructor reconstructor(bundle, FakeStages(scenes_of({scene})).stages());
  CHECK(reconstructor.has_prior_inpainter());
  CHECK_NOTHROW(reconstructor.load_all(Quality::fast));
  CHECK(reconstructor.reconstruct(photo, with(Quality::fast)).faces[0].status ==
        FaceStatus::reconstructed);
  const auto unreadable = [](const auto& call) {
    expect_error(ErrorCode::hash_mismatch, "prior.pt", call);
  };
  unreadable([&] { return reconstructor.reconstruct(photo, with(Quality::fine)); });
  unreadable([&] { return reconstructor.reconstruct(photo, with(Quality::best)); });
  unreadable([&] { reconstructor.load_all(); });
}

TEST_CASE("Quality and search options are checked", "[prior]") {
  const Scene scene = one_face();
  const FaceReconstructor reconstructor = FakeStages(scenes_of({scene})).reconstructor();
  const auto refused = [&](const std::string& name, const auto& set) {
    ReconstructOptions options;
    set(options);
    expect_error(ErrorCode::invalid_argument, name,
                 [&] { return reconstructor.reconstruct(scene.photo(), options); });
  };
  refused("quality", [](auto& o) { o.quality = static_cast<Quality>(3); });
  refused("search.steps", [](auto& o) { o.search.steps = -1; });
  refused("search.steps", [](auto& o) { o.search.steps = 1001; });
  refused("search.seconds", [](auto& o) { o.search.seconds = -0.5; });
}

TEST_CASE("A video is painted fast by default, fine on request, and never best", "[prior]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FakeStages fakes = with_prior(scenes_of({scene}));
  const FaceReconstructor reconstructor = fakes.reconstructor();
  VideoOptions options;
  CHECK(options.reconstruct.quality == Quality::fast);
  CHECK(
      VideoReconstructor(reconstructor, options).reconstruct(photo, 0.0).result.faces[0].quality ==
      Quality::fast);
  options.reconstruct.quality = Quality::fine;
  CHECK(
      VideoReconstructor(reconstructor, options).reconstruct(photo, 0.0).result.faces[0].quality ==
      Quality::fine);
  options.reconstruct.quality = Quality::best;
  expect_error(ErrorCode::invalid_argument, "quality: best takes seconds",
               [&] { return VideoReconstructor(reconstructor, options); });
}

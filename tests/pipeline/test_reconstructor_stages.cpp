// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>
#include <new>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "fake_stages.hpp"
#include "result_checks.hpp"
#include "scenes.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

/// A bundle with one damaged model, for `stage`: loading it fails.
ModelBundle damaged_bundle(const std::string& stage, const std::string& file) {
  const std::string content = "not the model";
  const nlohmann::json entry = {{"file", file},
                                {"sha256", std::string(64, '0')},
                                {"size_bytes", content.size()},
                                {"input_size", 256},
                                {"variant", "semantic"}};
  const std::string manifest = nlohmann::json({{"schema_version", 1},
                                               {"name", "damaged"},
                                               {"version", "1"},
                                               {"license", "MIT"},
                                               {"models", {{stage, entry}}}})
                                   .dump();
  return ModelBundle::from_memory({{"manifest.json", {manifest.begin(), manifest.end()}},
                                   {file, {content.begin(), content.end()}}});
}

}  // namespace

TEST_CASE("A missing stage is an error only if it is needed, and the error names it",
          "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  const auto missing = [&](const std::string& name, const Stages& stages) {
    const FaceReconstructor reconstructor(stages);
    expect_error(ErrorCode::bundle_invalid, name, [&] { return reconstructor.reconstruct(photo); });
    expect_error(ErrorCode::bundle_invalid, name, [&] {
      return reconstructor.reconstruct(std::vector<ImageView>{photo, photo});
    });
    expect_error(ErrorCode::bundle_invalid, name, [&] { reconstructor.load_all(); });
  };
  Stages stages = fakes.stages();
  stages.face_detector = nullptr;
  missing("face_detector", stages);
  stages = fakes.stages();
  stages.landmark_detector = nullptr;
  missing("landmark_detector", stages);
  stages = fakes.stages();
  stages.segmenter = nullptr;
  missing("segmenter", stages);
  stages = fakes.stages();
  stages.gender_classifier = nullptr;
  missing("gender_classifier", stages);
  stages = fakes.stages();
  stages.inpainter_female = nullptr;
  missing("inpainter_female", stages);

  stages = fakes.stages();
  stages.inpainter_male = nullptr;
  CHECK(FaceReconstructor(stages).reconstruct(photo).faces[0].status == FaceStatus::reconstructed);

  const Image mask = drawn_mask(scene, 255, 0);
  ReconstructOptions options;
  options.landmarks = {scene.faces[0].landmarks()};
  options.mask = mask;
  options.gender = GenderChoice::female;
  Stages inpainter_only;
  inpainter_only.inpainter_female = fakes.inpainter_female;
  const Result result = FaceReconstructor(inpainter_only).reconstruct(photo, options);
  CHECK(result.faces[0].status == FaceStatus::reconstructed);
  CHECK_NOTHROW(fakes.reconstructor().load_all());
}

TEST_CASE("A model that fails to load ahead is an error where it is needed", "[reconstructor]") {
  const Scene scene = one_face();
  const Scene empty{scene.width + 16, scene.height, {}};
  const Image photo = scene.photo();
  const Image without_faces = empty.photo();
  const FakeStages fakes(scenes_of({scene, empty}));
  Stages stages = fakes.stages();
  stages.segmenter = nullptr;
  const FaceReconstructor reconstructor(damaged_bundle("segmenter", "segmenter.pt"), stages);
  CHECK(reconstructor.reconstruct(without_faces).faces.empty());
  for (int i = 0; i < 2; ++i) {
    expect_error(ErrorCode::hash_mismatch, "segmenter.pt",
                 [&] { return reconstructor.reconstruct(photo); });
  }
  const Image mask = drawn_mask(scene, 255, 0);
  ReconstructOptions options;
  options.mask = mask;
  CHECK(reconstructor.reconstruct(photo, options).faces[0].status == FaceStatus::reconstructed);
}

TEST_CASE("A model of the bundle is read on first use", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  const FakeStages fakes(scenes_of({scene}));
  const ModelBundle bundle = damaged_bundle("inpainter_male", "male.pt");
  Stages stages = fakes.stages();
  stages.inpainter_male = nullptr;
  const FaceReconstructor reconstructor(bundle, stages);
  CHECK(reconstructor.reconstruct(photo).faces[0].status == FaceStatus::reconstructed);

  ReconstructOptions options;
  options.gender = GenderChoice::male;
  // A failed load is an error of every call that needs the stage, and does not affect other calls.
  for (int i = 0; i < 2; ++i) {
    expect_error(ErrorCode::hash_mismatch, "male.pt",
                 [&] { return reconstructor.reconstruct(photo, options); });
  }
  expect_error(ErrorCode::hash_mismatch, "male.pt", [&] { reconstructor.load_all(); });
  CHECK(reconstructor.reconstruct(photo).faces[0].status == FaceStatus::reconstructed);
}

TEST_CASE("A stage that breaks its interface is an error, not a crash", "[reconstructor]") {
  const Scene scene = one_face();
  const Image photo = scene.photo();
  FakeStages fakes(scenes_of({scene}));
  const auto refused = [&](const std::string& text) {
    expect_error(ErrorCode::model_invalid, text,
                 [&] { return fakes.reconstructor().reconstruct(photo); });
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();

  SECTION("no landmarks") {
    fakes.landmark_detector->tamper = [](auto&, auto& found) { found.clear(); };
    refused("landmark_detector: it returned 0 results for 1 faces");
  }
  SECTION("too few landmarks") {
    fakes.landmark_detector->tamper = [](auto&, auto& found) { found[0].points.pop_back(); };
    refused("landmark_detector: its output is malformed");
  }
  SECTION("landmarks that are not numbers") {
    fakes.landmark_detector->tamper = [=](auto&, auto& found) { found[0].points[0].x = nan; };
    refused("landmark_detector: its output is malformed");
  }
  SECTION("no mask instance") {
    fakes.segmenter->tamper = [](auto& found) { found[0].clear(); };
    refused("segmenter: it returned 0 instances");
  }
  SECTION("a map of another size") {
    fakes.segmenter->tamper = [](auto& found) {
      found[0][0].probability = {2, 2, std::vector<float>(4)};
    };
    refused("segmenter: its map of 2 x 2");
  }
  SECTION("a map with too few values") {
    fakes.segmenter->tamper = [](auto& found) { found[0][0].probability.values.resize(10); };
    refused("segmenter: a map of 256 x 256 came with 10 values");
  }
  SECTION("probabilities that are not numbers") {
    fakes.segmenter->tamper = [=](auto& found) { found[0][0].probability.values[7] = nan; };
    refused("segmenter: a map holds a value that is not finite");
  }
  SECTION("confidences that are not numbers") {
    fakes.landmark_detector->tamper = [=](auto&, auto& found) {
      found[0].confidence.assign(68, nan);
    };
    refused("landmark_detector: its output is malformed (a confidence is not finite)");
  }
  SECTION("an invalid gender") {
    fakes.gender_classifier->tamper = [](auto& found) { found[0].gender = static_cast<Gender>(5); };
    refused("gender_classifier");
  }
  SECTION("an invalid probability") {
    fakes.gender_classifier->tamper = [=](auto& found) { found[0].probability = nan; };
    refused("gender_classifier");
  }
  SECTION("a painted face of another size") {
    fakes.inpainter_female->tamper = [](auto& found) {
      found[0] = Image(64, 64, PixelFormat::rgb);
    };
    refused("inpainter_female: a painted face");
  }
  SECTION("a painted face of another format") {
    fakes.inpainter_female->tamper = [](auto& found) {
      found[0] = Image(256, 256, PixelFormat::rgba);
    };
    refused("inpainter_female: a painted face");
  }
  SECTION("an allocation that fails") {
    fakes.inpainter_female->tamper = [](auto&) { throw std::bad_alloc(); };
    expect_error(ErrorCode::out_of_memory, "allocation",
                 [&] { return fakes.reconstructor().reconstruct(photo); });
  }
  SECTION("an exception of the stage's own type reaches the caller unchanged") {
    fakes.inpainter_female->tamper = [](auto&) { throw std::logic_error("mine"); };
    CHECK_THROWS_AS(fakes.reconstructor().reconstruct(photo), std::logic_error);
  }
}

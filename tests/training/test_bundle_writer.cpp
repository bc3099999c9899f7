// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

#include "bundle/bundle_writer.hpp"
#include "data/json_file.hpp"
#include "demask/error.hpp"
#include "demask/model_bundle.hpp"
#include "demask/shape_model.hpp"
#include "learn/half_precision.hpp"
#include "runtime/script_model.hpp"
#include "temporary_folder.hpp"

using namespace demask;
using namespace demask::training;
using test::TemporaryFolder;

namespace {

const std::filesystem::path modules = DEMASK_TEST_MODULES;

BundleModel model(Stage stage, const std::string& file) {
  BundleModel result;
  result.spec.stage = stage;
  result.spec.input_size = 64;
  result.spec.training_data = "nothing";
  result.source = modules / file;
  if (stage == Stage::segmenter) result.spec.variant = "semantic";
  if (stage == Stage::inpainter_prior) result.spec.variant = "prior";
  return result;
}

}  // namespace

TEST_CASE("a written bundle opens and describes itself as specified") {
  const TemporaryFolder folder;
  BundleModel segmenter = model(Stage::segmenter, "red_is_mask.pt");
  segmenter.spec.threshold = 0.25F;
  segmenter.spec.metrics = {{"segmenter.iou_real", 0.875}};
  const BundleModel female = model(Stage::inpainter_female, "echo_inpainter.pt");
  const BundleModel male = model(Stage::inpainter_male, "echo_inpainter.pt");
  BundleModel landmarks = model(Stage::landmark_detector, "points68.pt");
  landmarks.spec.variant = "points";
  landmarks.spec.mirror_average = true;
  landmarks.spec.min_confidence = 0.36F;
  BundleModel gender = model(Stage::gender_classifier, "red_against_blue.pt");
  gender.spec.class_names = {"female", "male"};
  gender.spec.mirror_average = true;
  write_bundle(folder / "bundle", {"name", "1.2", "terms", true},
               {segmenter, landmarks, gender, female, male});

  const ModelBundle bundle = ModelBundle::open(folder / "bundle");
  CHECK(bundle.name() == "name");
  CHECK(bundle.version() == "1.2");
  CHECK(bundle.license() == "terms");
  const ModelSpec& spec = bundle.spec(Stage::segmenter);
  CHECK(spec.variant == "semantic");
  CHECK(spec.threshold == 0.25F);
  CHECK(spec.input_size == 64);
  CHECK(spec.training_data == "nothing");
  CHECK(spec.metrics.at("segmenter.iou_real") == 0.875);
  CHECK(bundle.spec(Stage::inpainter_female).file == bundle.spec(Stage::inpainter_male).file);
  CHECK(bundle.spec(Stage::landmark_detector).mirror_average);
  CHECK(bundle.spec(Stage::landmark_detector).min_confidence == 0.36F);
  const nlohmann::json manifest = read_json(folder / "bundle/manifest.json");
  CHECK(manifest["models"]["landmark_detector"]["min_confidence"] == 0.36);
  CHECK(bundle.spec(Stage::gender_classifier).mirror_average);
  CHECK_FALSE(bundle.has(Stage::face_detector));
  CHECK_NOTHROW(bundle.verify());
}

TEST_CASE("a bundle with several sets of inpainters names their training artifacts") {
  const TemporaryFolder folder;
  std::vector<BundleModel> models = {model(Stage::inpainter_female, "echo_inpainter.pt"),
                                     model(Stage::inpainter_male, "echo_inpainter.pt"),
                                     model(Stage::inpainter_female, "red_inpainter.pt"),
                                     model(Stage::inpainter_male, "green_inpainter.pt")};
  models[2].spec.variant = models[3].spec.variant = "ffhq";
  const std::vector<BundleArtifact> artifacts = {
      {{"discriminator_female", "ffhq", {}, {}, 0}, modules / "identity.pt"},
      {{"discriminator_male", "", {}, {}, 0}, modules / "convolutions.pt"}};
  write_bundle(folder / "bundle", {"name", "1", "terms", false}, models, artifacts);

  const ModelBundle bundle = ModelBundle::open(folder / "bundle");
  CHECK(bundle.variants() == std::vector<std::string>{"ffhq"});
  CHECK(bundle.spec(Stage::inpainter_male).file == "inpainter_female.pt");
  CHECK(bundle.spec(Stage::inpainter_male).variant.empty());
  const ModelBundle chosen = bundle.with_variant("ffhq");
  CHECK(chosen.spec(Stage::inpainter_female).file == "inpainter_female.ffhq.pt");
  CHECK(chosen.spec(Stage::inpainter_male).file == "inpainter_male.ffhq.pt");
  REQUIRE(bundle.training_artifacts().size() == 2);
  CHECK(bundle.training_artifacts()[0].file == "discriminator_male.pt");
  CHECK(bundle.training_artifacts()[1].file == "discriminator_female.ffhq.pt");
  CHECK(bundle.training_artifacts()[1].variant == "ffhq");
  CHECK_NOTHROW(bundle.verify());
  CHECK_NOTHROW(chosen.load_inpainter(Gender::male));

  SECTION("a set for only one gender is refused") {
    models.pop_back();
    CHECK_THROWS_AS(write_bundle(folder / "half", {"name", "1", "terms", false}, models), Error);
  }
}

TEST_CASE("a file that is not a model cannot become part of a bundle") {
  const TemporaryFolder folder;
  test::write_bytes(folder / "text.pt", {'n', 'o'});
  BundleModel bad = model(Stage::segmenter, "");
  bad.source = folder / "text.pt";
  const bool half = GENERATE(true, false);
  CHECK_THROWS_AS(write_bundle(folder / "bundle", {"name", "1", "terms", half}, {bad}), Error);
}

TEST_CASE("weights stored in 16 bits compute like weights stored in 32 bits") {
  const TemporaryFolder folder;
  const BundleModel wide = model(Stage::gender_classifier, "convolutions.pt");
  const std::vector<std::uint8_t> bytes = in_half_precision(wide.source);
  const runtime::ScriptModel narrow("narrow", ModelSource{"", bytes.data(), bytes.size()}, {});
  const runtime::ScriptModel full("full", ModelSource{wide.source, nullptr, 0}, {});
  runtime::Tensor input({1, 3, 32, 32});
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    input.values[i] = static_cast<float>(i % 17) / 16.0F;
  }
  const std::vector<runtime::Tensor> a = narrow.run({input});
  const std::vector<runtime::Tensor> b = full.run({input});
  REQUIRE(a.size() == b.size());
  REQUIRE(a[0].values.size() == b[0].values.size());
  for (std::size_t i = 0; i < a[0].values.size(); ++i) {
    REQUIRE(a[0].values[i] == Approx(b[0].values[i]).epsilon(0.01).margin(0.01));
  }
}

TEST_CASE("a stage takes the metrics with its own prefix") {
  const TemporaryFolder folder;
  write_json(folder / "figures.json", {{"gender.accuracy_bare", 0.5},
                                       {"gender.accuracy_bare.female", 0.4},
                                       {"inpainter.psnr", 30.0},
                                       {"gender.note", "text"}});
  const auto metrics = metrics_of(Stage::gender_classifier, folder / "figures.json");
  CHECK(metrics == std::map<std::string, double>{{"gender.accuracy_bare", 0.5}});
}

TEST_CASE("a prior inpainter is written with its variant, and must load") {
  const TemporaryFolder folder;
  write_bundle(folder / "bundle", {"name", "1", "terms", true},
               {model(Stage::inpainter_prior, "halved_face.pt")});
  const ModelBundle bundle = ModelBundle::open(folder / "bundle");
  CHECK(bundle.spec(Stage::inpainter_prior).variant == "prior");
  CHECK(bundle.spec(Stage::inpainter_prior).file == "inpainter_prior.pt");
  CHECK_NOTHROW(bundle.load_prior_inpainter());
  CHECK_THROWS_AS(write_bundle(folder / "other", {"name", "1", "terms", true},
                               {model(Stage::inpainter_prior, "paints_nothing.pt")}),
                  Error);
}

TEST_CASE("a shape model is written in full precision, and must load") {
  const TemporaryFolder folder;
  write_bundle(folder / "bundle", {"name", "1", "terms", true},
               {model(Stage::shape_model, "shapes.pt")});
  const ModelBundle bundle = ModelBundle::open(folder / "bundle");
  CHECK(bundle.spec(Stage::shape_model).file == "shape_model.pt");
  ShapeQuery query;
  query.landmarks.points.resize(68, {100.0F, 100.0F});
  query.hidden.assign(68, true);
  query.diversity = 1.0F;
  query.count = 2;
  const ModelSource source{modules / "shapes.pt", nullptr, 0};
  const auto drawn = bundle.load_shape_model()->draw(query);
  const auto expected = make_shape_model(bundle.spec(Stage::shape_model), source)->draw(query);
  CHECK(drawn[1].landmarks.points[57].y == expected[1].landmarks.points[57].y);
  CHECK_THROWS_AS(write_bundle(folder / "other", {"name", "1", "terms", true},
                               {model(Stage::shape_model, "one_sided_shapes.pt")}),
                  Error);
}

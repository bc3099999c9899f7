// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "../support/expect_error.hpp"
#include "bundle/manifest.hpp"

using demask::ErrorCode;
using demask::LandmarkScheme;
using demask::ModelSpec;
using demask::Stage;
using demask::bundle::Manifest;
using demask::bundle::parse_manifest;
using demask::test::expect_error;
using nlohmann::json;

namespace {

json entry(const std::string& file) {
  return {
      {"file", file}, {"sha256", std::string(64, 'a')}, {"size_bytes", 1234}, {"input_size", 256}};
}

json complete() {
  json models;
  models["face_detector"] = entry("face_detector.pt");
  models["face_detector"]["threshold"] = 0.4;
  models["face_detector"]["largest_face"] = 240;
  models["segmenter"] = entry("segmenter.pt");
  models["segmenter"]["variant"] = "semantic";
  models["landmark_detector"] = entry("landmarks.pt");
  models["landmark_detector"]["variant"] = "heatmap";
  models["landmark_detector"]["crop_scale"] = 1.5;
  models["landmark_detector"]["min_confidence"] = 0.35;
  models["landmark_detector"]["landmark_scheme"] = 98;
  models["landmark_detector"]["mirror_average"] = true;
  models["gender_classifier"] = entry("gender.pt");
  models["gender_classifier"]["class_names"] = {"male", "female"};
  models["gender_classifier"]["mirror_average"] = true;
  models["inpainter_female"] = entry("female.pt");
  models["inpainter_female"]["license"] = "MIT";
  models["inpainter_female"]["training_data"] = "portraits";
  models["inpainter_female"]["metrics"] = {{"psnr", 25.5}, {"ssim", 0.9}};
  models["inpainter_male"] = entry("male.pt");
  models["inpainter_prior"] = entry("prior.pt");
  models["inpainter_prior"]["variant"] = "prior";
  models["shape_model"] = entry("shapes.pt");
  return {{"schema_version", 1},
          {"name", "test"},
          {"version", "0.1"},
          {"license", "MIT"},
          {"models", models}};
}

void check_refused(const std::string& text, const std::string& message) {
  const std::string error = expect_error(ErrorCode::bundle_invalid, message,
                                         [&] { parse_manifest(text, "some/manifest.json"); });
  CHECK_THAT(error, Catch::Matchers::StartsWith("some/manifest.json"));
}

void check_refused(const std::function<void(json&)>& change, const std::string& message) {
  json manifest = complete();
  change(manifest);
  check_refused(manifest.dump(), message);
}

// Changes one entry of `models`.
void check_entry_refused(const char* stage, const std::function<void(json&)>& change,
                         const std::string& message) {
  check_refused([&](json& manifest) { change(manifest["models"][stage]); },
                "models." + std::string(stage) + ": " + message);
}

}  // namespace

TEST_CASE("A complete manifest is read in full", "[manifest]") {
  const Manifest manifest = parse_manifest(complete().dump(), "m");
  CHECK(manifest.name == "test");
  CHECK(manifest.version == "0.1");
  CHECK(manifest.license == "MIT");
  REQUIRE(manifest.models.size() == 8);
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(static_cast<std::size_t>(manifest.models[i].stage) == i);
    CHECK(manifest.models[i].size_bytes == 1234);
    CHECK(manifest.models[i].input_size == 256);
    CHECK(manifest.models[i].sha256 == std::string(64, 'a'));
  }
  CHECK(manifest.models[0].threshold == Approx(0.4));
  CHECK(manifest.models[0].largest_face == Approx(240.0));
  CHECK(manifest.models[1].threshold == Approx(0.5));
  CHECK(manifest.models[1].variant == "semantic");
  const ModelSpec& landmarks = manifest.models[2];
  CHECK(landmarks.variant == "heatmap");
  CHECK(landmarks.crop_scale == Approx(1.5));
  CHECK(landmarks.min_confidence == Approx(0.35));
  CHECK(landmarks.landmark_scheme == LandmarkScheme::wflw98);
  CHECK(landmarks.mirror_average);
  CHECK(manifest.models[3].class_names == std::vector<std::string>{"male", "female"});
  CHECK(manifest.models[3].mirror_average);
  CHECK(manifest.models[4].file == "female.pt");
  CHECK(manifest.models[4].license == "MIT");
  CHECK(manifest.models[4].training_data == "portraits");
  CHECK(manifest.models[4].metrics.at("psnr") == Approx(25.5));
  CHECK(manifest.models[6].variant == "prior");
  CHECK(manifest.models[7].stage == Stage::shape_model);
  CHECK(manifest.models[7].file == "shapes.pt");
}

TEST_CASE("A manifest with a single stage is valid", "[manifest]") {
  json manifest = complete();
  manifest["models"] = {{"inpainter_male", entry("male.pt")}};
  const Manifest read = parse_manifest(manifest.dump(), "m");
  REQUIRE(read.models.size() == 1);
  CHECK(read.models[0].stage == Stage::inpainter_male);
}

TEST_CASE("What is not a JSON object is refused", "[manifest]") {
  check_refused("", "it is not JSON");
  check_refused("{\"schema_version\": 1,", "it is not JSON");
  check_refused("not json", "it is not JSON");
  check_refused("{\"name\": \"\xff\"}", "it is not JSON");
  check_refused("[]", "is not an object");
  check_refused("42", "is not an object");
  check_refused("null", "is not an object");
  check_refused(std::string(200'000, '['), "it is not JSON");
}

TEST_CASE("Another schema version is refused, and the error names both versions", "[manifest]") {
  check_refused([](json& m) { m["schema_version"] = 2; },
                "schema_version is 2, but this library reads 1");
  check_refused([](json& m) { m["schema_version"] = 0; }, "schema_version is 0");
  check_refused([](json& m) { m.erase("schema_version"); }, "schema_version is missing");
  for (const json& wrong : {json("1"), json(1.5), json(-1), json(nullptr), json(1e30)}) {
    check_refused([&](json& m) { m["schema_version"] = wrong; },
                  "schema_version is not an integer");
  }
}

TEST_CASE("Missing and mistyped members of the root are named", "[manifest]") {
  for (const char* key : {"name", "version", "license"}) {
    check_refused([&](json& m) { m.erase(key); }, std::string(key) + " is missing");
    check_refused([&](json& m) { m[key] = 3; }, std::string(key) + " is not a text");
    check_refused([&](json& m) { m[key] = ""; }, std::string(key) + " is not a text");
  }
  check_refused([](json& m) { m.erase("models"); }, "models is missing");
  check_refused([](json& m) { m["models"] = json::array(); }, "models is not an object");
  check_refused([](json& m) { m["models"] = json::object(); }, "at least one stage");
}

TEST_CASE("An unknown stage is named", "[manifest]") {
  check_refused([](json& m) { m["models"]["inpainter_cat"] = entry("cat.pt"); },
                "models names a stage 'inpainter_cat', not one of");
}

TEST_CASE("A key given twice is named", "[manifest]") {
  std::string text = complete().dump();
  SECTION("in the root") {
    text.insert(1, R"("name": "other", )");
    check_refused(text, "'name' is given twice");
  }
  SECTION("as a stage") {
    const std::string models = R"("models":{)";
    text.insert(text.find(models) + models.size(), R"("segmenter": {}, )");
    check_refused(text, "'segmenter' is given twice");
  }
  SECTION("the same key in different objects is not a repetition") {
    CHECK_NOTHROW(parse_manifest(text, "m"));
  }
}

TEST_CASE("Entries that are not objects are refused", "[manifest]") {
  check_refused([](json& m) { m["models"]["segmenter"] = "segmenter.pt"; },
                "models.segmenter is not an object");
  check_refused([](json& m) { m["models"]["segmenter"] = nullptr; },
                "models.segmenter is not an object");
}

TEST_CASE("A file outside the bundle is refused", "[manifest]") {
  for (const char* name :
       {"../evil.pt", "/etc/passwd", "sub/model.pt", "..", ".", "a\\b.pt", "./x.pt"}) {
    check_entry_refused(
        "segmenter", [&](json& e) { e["file"] = name; },
        "file '" + std::string(name) + "' is not the plain name");
  }
  check_entry_refused(
      "segmenter", [](json& e) { e["file"] = ""; }, "file is not a text");
  check_entry_refused(
      "segmenter", [](json& e) { e.erase("file"); }, "file is missing");
  check_entry_refused(
      "segmenter", [](json& e) { e["file"] = std::string("a\0.pt", 5); }, "file holds a zero byte");
}

TEST_CASE("Malformed hashes and sizes are refused", "[manifest]") {
  for (const std::string& hash :
       {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'A'), std::string(64, 'g')}) {
    check_entry_refused(
        "face_detector", [&](json& e) { e["sha256"] = hash; },
        "sha256 is not 64 lower-case hexadecimal digits");
  }
  check_entry_refused(
      "face_detector", [](json& e) { e["sha256"] = 5; }, "sha256 is not a text");
  check_entry_refused(
      "face_detector", [](json& e) { e.erase("sha256"); }, "sha256 is missing");
  for (const json& size : {json(0), json(-5), json("12"), json(1.5), json(UINT64_MAX)}) {
    check_entry_refused(
        "face_detector", [&](json& e) { e["size_bytes"] = size; }, "size_bytes is not an integer");
  }
  for (const json& size : {json(15), json(8193), json(-1), json(nullptr)}) {
    check_entry_refused(
        "face_detector", [&](json& e) { e["input_size"] = size; },
        "input_size is not an integer from 16 to 8192");
  }
  check_entry_refused(
      "face_detector", [](json& e) { e.erase("input_size"); }, "input_size is missing");
}

TEST_CASE("Variants, schemes, classes and figures are checked", "[manifest]") {
  check_entry_refused(
      "segmenter", [](json& e) { e["variant"] = "points"; },
      "variant is 'points', not one of: instance, semantic");
  check_entry_refused(
      "segmenter", [](json& e) { e.erase("variant"); }, "variant is missing");
  check_entry_refused(
      "landmark_detector", [](json& e) { e["variant"] = "semantic"; },
      "variant is 'semantic', not one of: heatmap, points");
  check_entry_refused(
      "inpainter_prior", [](json& e) { e["variant"] = "ffhq"; },
      "variant is 'ffhq', not one of: prior");
  check_entry_refused(
      "inpainter_prior", [](json& e) { e.erase("variant"); }, "variant is missing");
  check_entry_refused(
      "landmark_detector", [](json& e) { e.erase("landmark_scheme"); },
      "landmark_scheme is missing");
  check_entry_refused(
      "landmark_detector", [](json& e) { e["landmark_scheme"] = 70; },
      "landmark_scheme is neither 68 nor 98");
  check_entry_refused(
      "landmark_detector", [](json& e) { e["landmark_scheme"] = 5; },
      "landmark_scheme is not an integer");
  check_entry_refused(
      "face_detector", [](json& e) { e["largest_face"] = 3; },
      "largest_face is not a number from 16 to 8192");
  check_entry_refused(
      "landmark_detector", [](json& e) { e["crop_scale"] = 0.1; },
      "crop_scale is not a number from 0.5 to 4");
  check_entry_refused(
      "landmark_detector", [](json& e) { e["min_confidence"] = 1.5; },
      "min_confidence is not a number from 0 to 1");
  check_entry_refused(
      "landmark_detector", [](json& e) { e.erase("crop_scale"); }, "crop_scale is missing");
  for (const char* stage : {"landmark_detector", "gender_classifier"}) {
    check_entry_refused(
        stage, [](json& e) { e["mirror_average"] = 1; },
        "mirror_average is neither true nor false");
  }
  check_entry_refused(
      "gender_classifier", [](json& e) { e.erase("class_names"); }, "class_names is missing");
  for (const json& names : {json({"female"}), json({"female", "female"}), json("female"),
                            json({"a", "b"}), json({"female", 1})}) {
    check_entry_refused(
        "gender_classifier", [&](json& e) { e["class_names"] = names; }, "class_names is neither");
  }
  for (const json& threshold : {json(-0.1), json(1.1), json("0.5")}) {
    check_entry_refused(
        "segmenter", [&](json& e) { e["threshold"] = threshold; },
        "threshold is not a number from 0 to 1");
  }
  check_entry_refused(
      "inpainter_female", [](json& e) { e["license"] = 1; }, "license is not a text");
  check_entry_refused(
      "inpainter_female", [](json& e) { e["training_data"] = json::array(); },
      "training_data is not a text");
  for (const json& figures : {json(5), json({1, 2}), json("good")}) {
    check_entry_refused(
        "inpainter_female", [&](json& e) { e["metrics"] = figures; },
        "metrics is not an object of numbers");
  }
  check_entry_refused(
      "inpainter_female", [](json& e) { e["metrics"]["psnr"] = "high"; },
      "metrics has 'psnr', which is not a number");
}

TEST_CASE("Alternative sets of inpainters are read by name", "[manifest]") {
  json manifest = complete();
  const json artifact = {{"file", "d.pt"}, {"sha256", std::string(64, 'b')}, {"size_bytes", 12}};
  for (const char* name : {"ffhq", "celeba"}) {
    json& set = manifest["variants"][name];
    set["models"]["inpainter_male"] = entry(std::string(name) + ".male.pt");
    set["models"]["inpainter_female"] = entry(std::string(name) + ".female.pt");
  }
  manifest["training_artefacts"]["discriminator_male"] = artifact;
  manifest["variants"]["ffhq"]["training_artefacts"]["discriminator_female"] = artifact;
  const Manifest read = parse_manifest(manifest.dump(), "m");
  CHECK(read.variants == std::vector<std::string>{"celeba", "ffhq"});
  REQUIRE(read.models.size() == 12);
  CHECK(read.models[4].variant.empty());
  CHECK(read.models[8].stage == Stage::inpainter_female);
  CHECK(read.models[8].variant == "celeba");
  CHECK(read.models[8].file == "celeba.female.pt");
  CHECK(read.models[11].stage == Stage::inpainter_male);
  CHECK(read.models[11].variant == "ffhq");
  REQUIRE(read.artifacts.size() == 2);
  CHECK(read.artifacts[0].name == "discriminator_male");
  CHECK(read.artifacts[0].variant.empty());
  CHECK(read.artifacts[1].name == "discriminator_female");
  CHECK(read.artifacts[1].variant == "ffhq");
  CHECK(read.artifacts[1].file == "d.pt");
  CHECK(read.artifacts[1].sha256 == std::string(64, 'b'));
  CHECK(read.artifacts[1].size_bytes == 12);
}

TEST_CASE("Malformed sets of inpainters are refused", "[manifest]") {
  const auto refused = [](const std::function<void(json&)>& change, const std::string& message) {
    check_refused(
        [&](json& m) {
          m["variants"]["ffhq"]["models"] = {{"inpainter_female", entry("f.pt")},
                                             {"inpainter_male", entry("m.pt")}};
          change(m["variants"]);
        },
        message);
  };
  CHECK_NOTHROW(parse_manifest(complete().dump(), "m"));
  refused([](json& v) { v = json::array(); }, "variants is not an object");
  refused([](json& v) { v["ffhq"] = 1; }, "variants.ffhq is not an object");
  refused([](json& v) { v["ffhq"].erase("models"); }, "variants.ffhq: models is missing");
  refused([](json& v) { v["ffhq"]["models"].erase("inpainter_male"); },
          "models has no inpainter_male");
  refused([](json& v) { v["ffhq"]["models"]["segmenter"] = entry("s.pt"); },
          "models names a stage 'segmenter', not one of: inpainter_female, inpainter_male");
  refused([](json& v) { v["ffhq"]["models"]["inpainter_male"].erase("sha256"); },
          "variants.ffhq.models.inpainter_male: sha256 is missing");
  refused([](json& v) { v["ffhq"]["training_artefacts"]["optimizer"] = entry("o.pt"); },
          "names a training artifact 'optimizer'");
  refused(
      [](json& v) {
        v["ffhq"]["training_artefacts"]["discriminator_male"] = {{"file", "d.pt"}};
      },
      "variants.ffhq.training_artefacts.discriminator_male: sha256 is missing");
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("../a"), std::string(65, 'a')}) {
    refused([&](json& v) { v[name] = v["ffhq"]; }, "variants: '" + name + "' is not a valid name");
  }
}

TEST_CASE("Members that a later schema may add are ignored", "[manifest]") {
  json manifest = complete();
  manifest["comment"] = "text";
  manifest["models"]["segmenter"]["comment"] = {1, 2, 3};
  CHECK_NOTHROW(parse_manifest(manifest.dump(), "m"));
}

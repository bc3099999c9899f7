// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "bundle/default_bundle.hpp"
#include "bundle/sha256.hpp"
#include "demask/model_bundle.hpp"
#include "temporary_folder.hpp"

using demask::BundleFiles;
using demask::BundleLimits;
using demask::ErrorCode;
using demask::Gender;
using demask::ModelBundle;
using demask::Stage;
using demask::bundle::sha256_hex;
using demask::test::expect_error;
using demask::test::TemporaryFolder;
using demask::test::write_bytes;
using nlohmann::json;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

json entry(const std::string& file, const Bytes& content) {
  return {{"file", file},
          {"sha256", sha256_hex(content.data(), content.size())},
          {"size_bytes", content.size()},
          {"input_size", 64}};
}

// A bundle of two models whose hashes are correct and whose content is not TorchScript.
BundleFiles small_bundle() {
  BundleFiles files;
  files["female.pt"] = bytes_of("a female model");
  files["detector.pt"] = bytes_of("a detector");
  json models;
  models["inpainter_female"] = entry("female.pt", files["female.pt"]);
  models["face_detector"] = entry("detector.pt", files["detector.pt"]);
  const json manifest = {{"schema_version", 1},
                         {"name", "small"},
                         {"version", "3"},
                         {"license", "MIT"},
                         {"models", models}};
  files["manifest.json"] = bytes_of(manifest.dump());
  return files;
}

void write_bundle(const std::filesystem::path& folder, const BundleFiles& files) {
  std::filesystem::create_directories(folder);
  for (const auto& [name, content] : files) {
    write_bytes(folder / name, content);
  }
}

// Sets an environment variable and restores it when destroyed.
class Environment {
 public:
  Environment(const char* name, const std::optional<std::string>& value) : name_(name) {
    if (const char* before = std::getenv(name)) {
      before_ = before;
    }
    set(value);
  }
  ~Environment() { set(before_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  void set(const std::optional<std::string>& value) const {
    if (value) {
      setenv(name_, value->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("SHA-256 of known texts", "[model_bundle]") {
  CHECK(sha256_hex(nullptr, 0) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const Bytes abc = bytes_of("abc");
  CHECK(sha256_hex(abc.data(), abc.size()) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("A bundle reads the same from a folder and from memory", "[model_bundle]") {
  const TemporaryFolder folder;
  write_bundle(folder.path(), small_bundle());
  const ModelBundle from_folder = ModelBundle::open(folder.path());
  const ModelBundle from_memory = ModelBundle::from_memory(small_bundle());
  for (const ModelBundle& bundle : {from_folder, from_memory}) {
    CHECK(bundle.name() == "small");
    CHECK(bundle.version() == "3");
    CHECK(bundle.license() == "MIT");
    REQUIRE(bundle.models().size() == 2);
    CHECK(bundle.has(Stage::inpainter_female));
    CHECK(!bundle.has(Stage::segmenter));
    CHECK(bundle.spec(Stage::face_detector).file == "detector.pt");
    CHECK_NOTHROW(bundle.verify());
    expect_error(ErrorCode::bundle_invalid, "bundle 'small': it has no segmenter",
                 [&] { return bundle.spec(Stage::segmenter); });
    expect_error(ErrorCode::bundle_invalid, "it has no inpainter_male",
                 [&] { return bundle.load_inpainter(Gender::male); });
    expect_error(ErrorCode::bundle_invalid, "it has no gender_classifier",
                 [&] { return bundle.load_gender_classifier(); });
    // The hash is correct, but the content is not a module.
    expect_error(ErrorCode::model_invalid, "", [&] { return bundle.load_face_detector(); });
  }
  CHECK(from_folder.folder() == std::filesystem::absolute(folder.path()));
  CHECK(from_memory.folder().empty());
}

TEST_CASE("A set of inpainters is chosen by name", "[model_bundle]") {
  BundleFiles files = small_bundle();
  json manifest = json::parse(files["manifest.json"]);
  for (const char* name : {"ffhq", "celeba"}) {
    for (const char* stage : {"inpainter_female", "inpainter_male"}) {
      const std::string file = std::string(stage) + "." + name + ".pt";
      files[file] = bytes_of(file);
      manifest["variants"][name]["models"][stage] = entry(file, files[file]);
    }
  }
  files["manifest.json"] = bytes_of(manifest.dump());
  const ModelBundle bundle = ModelBundle::from_memory(files);
  CHECK(bundle.variants() == std::vector<std::string>{"celeba", "ffhq"});
  CHECK(bundle.models().size() == 6);
  CHECK(bundle.variant().empty());
  CHECK(bundle.spec(Stage::inpainter_female).file == "female.pt");
  CHECK(!bundle.has(Stage::inpainter_male));
  expect_error(ErrorCode::bundle_invalid,
               "it has no inpainter_male without a variant; choose one of its variants "
               "(celeba, ffhq)",
               [&] { return bundle.load_inpainter(Gender::male); });

  const ModelBundle chosen = bundle.with_variant("ffhq");
  CHECK(chosen.variant() == "ffhq");
  CHECK(chosen.has(Stage::inpainter_male));
  CHECK(chosen.spec(Stage::inpainter_female).file == "inpainter_female.ffhq.pt");
  CHECK(chosen.spec(Stage::inpainter_female).variant == "ffhq");
  CHECK(chosen.spec(Stage::face_detector).file == "detector.pt");
  CHECK(chosen.with_variant("").spec(Stage::inpainter_female).file == "female.pt");
  // The variant's file is read: its hash is correct, but it is not a module.
  expect_error(ErrorCode::model_invalid, "inpainter_male.ffhq.pt",
               [&] { return chosen.load_inpainter(Gender::male); });
  CHECK_NOTHROW(chosen.verify());

  expect_error(ErrorCode::invalid_argument,
               "bundle 'small': there is no variant 'FFHQ'; choose one of: celeba, ffhq",
               [&] { return bundle.with_variant("FFHQ"); });
  expect_error(ErrorCode::invalid_argument, "it has no variants",
               [] { return ModelBundle::from_memory(small_bundle()).with_variant("ffhq"); });

  files["inpainter_male.celeba.pt"][0] ^= 1U;
  const ModelBundle damaged = ModelBundle::from_memory(files);
  expect_error(ErrorCode::hash_mismatch, "inpainter_male.celeba.pt", [&] { damaged.verify(); });
}

TEST_CASE("A training artifact is listed, verified if present, and optional", "[model_bundle]") {
  BundleFiles files = small_bundle();
  json manifest = json::parse(files["manifest.json"]);
  const Bytes content = bytes_of("a discriminator");
  manifest["training_artefacts"]["discriminator_female"] = entry("judge.pt", content);
  files["manifest.json"] = bytes_of(manifest.dump());
  const auto check = [](const ModelBundle& bundle, bool is_right) {
    REQUIRE(bundle.training_artifacts().size() == 1);
    CHECK(bundle.training_artifacts()[0].file == "judge.pt");
    if (is_right) {
      CHECK_NOTHROW(bundle.verify());
    } else {
      expect_error(ErrorCode::hash_mismatch, "judge.pt", [&] { bundle.verify(); });
    }
  };
  const auto check_both = [&](bool is_right) {
    const TemporaryFolder folder;
    write_bundle(folder.path(), files);
    check(ModelBundle::open(folder.path()), is_right);
    check(ModelBundle::from_memory(files), is_right);
  };
  check_both(true);
  files["judge.pt"] = content;
  check_both(true);
  files["judge.pt"][0] ^= 1U;
  check_both(false);
}

TEST_CASE("A folder without a manifest is not a bundle", "[model_bundle]") {
  const TemporaryFolder folder;
  expect_error(ErrorCode::bundle_not_found, folder.path().string(),
               [&] { return ModelBundle::open(folder.path()); });
  expect_error(ErrorCode::bundle_not_found, "no manifest.json",
               [&] { return ModelBundle::open(folder / "absent"); });
  expect_error(ErrorCode::bundle_not_found, "no manifest.json",
               [] { return ModelBundle::open(""); });
  std::filesystem::create_directory(folder / "manifest.json");
  expect_error(ErrorCode::bundle_not_found, "no manifest.json",
               [&] { return ModelBundle::open(folder.path()); });
}

TEST_CASE("The error for a malformed manifest names its path", "[model_bundle]") {
  const TemporaryFolder folder;
  write_bytes(folder / "manifest.json", bytes_of("{"));
  expect_error(ErrorCode::bundle_invalid, (folder / "manifest.json").string(),
               [&] { return ModelBundle::open(folder.path()); });
  write_bytes(folder / "manifest.json", Bytes((4U << 20U) + 1, ' '));
  expect_error(ErrorCode::bundle_invalid, "larger than",
               [&] { return ModelBundle::open(folder.path()); });
}

TEST_CASE("A model file that does not match its description is refused", "[model_bundle]") {
  const TemporaryFolder folder;
  write_bundle(folder.path(), small_bundle());
  const ModelBundle bundle = ModelBundle::open(folder.path());
  SECTION("different content of the same size") {
    write_bytes(folder / "female.pt", bytes_of("a feminine thi"));
    expect_error(ErrorCode::hash_mismatch, "its SHA-256 is",
                 [&] { return bundle.load_inpainter(Gender::female); });
    expect_error(ErrorCode::hash_mismatch, "female.pt", [&] { bundle.verify(); });
  }
  SECTION("another size") {
    write_bytes(folder / "female.pt", bytes_of("short"));
    expect_error(ErrorCode::hash_mismatch, "it has 5 bytes, the manifest says 14",
                 [&] { return bundle.load_inpainter(Gender::female); });
  }
  SECTION("no file") {
    std::filesystem::remove(folder / "female.pt");
    expect_error(ErrorCode::unreadable_file, "female.pt",
                 [&] { return bundle.load_inpainter(Gender::female); });
    expect_error(ErrorCode::unreadable_file, "female.pt", [&] { bundle.verify(); });
  }
  SECTION("a folder of its name") {
    std::filesystem::remove(folder / "female.pt");
    std::filesystem::create_directory(folder / "female.pt");
    expect_error(ErrorCode::unreadable_file, "female.pt", [&] { bundle.verify(); });
  }
}

TEST_CASE("A bundle in memory is checked too", "[model_bundle]") {
  BundleFiles files = small_bundle();
  SECTION("no manifest") {
    files.erase("manifest.json");
    expect_error(ErrorCode::bundle_invalid, "it has no manifest.json",
                 [&] { return ModelBundle::from_memory(files); });
    expect_error(ErrorCode::bundle_invalid, "it has no manifest.json",
                 [] { return ModelBundle::from_memory({}); });
  }
  SECTION("a missing model") {
    files.erase("female.pt");
    expect_error(ErrorCode::bundle_invalid, "'female.pt' of the manifest is not among the files",
                 [&] { return ModelBundle::from_memory(files); });
  }
  SECTION("different content") {
    files["female.pt"][0] ^= 1U;
    const ModelBundle bundle = ModelBundle::from_memory(files);
    expect_error(ErrorCode::hash_mismatch, "female.pt",
                 [&] { return bundle.load_inpainter(Gender::female); });
  }
  SECTION("copies share the content and outlive the original") {
    std::optional<ModelBundle> bundle = ModelBundle::from_memory(files);
    const ModelBundle copy = *bundle;
    bundle.reset();
    CHECK_NOTHROW(copy.verify());
  }
}

TEST_CASE("A link to a model outside the bundle is refused", "[model_bundle]") {
  const TemporaryFolder folder;
  const BundleFiles files = small_bundle();
  write_bundle(folder / "bundle", files);
  const ModelBundle bundle = ModelBundle::open(folder / "bundle");
  // The content matches the manifest.
  std::filesystem::rename(folder / "bundle" / "female.pt", folder / "female.pt");
  std::filesystem::create_symlink("../female.pt", folder / "bundle" / "female.pt");
  expect_error(ErrorCode::bundle_invalid, "outside the bundle",
               [&] { return bundle.load_inpainter(Gender::female); });
  expect_error(ErrorCode::bundle_invalid, "outside the bundle", [&] { bundle.verify(); });
}

TEST_CASE("Limits apply to each model and to all of them together", "[model_bundle]") {
  const TemporaryFolder folder;
  write_bundle(folder.path(), small_bundle());  // Models of 14 and 10 bytes.
  const auto opens = [&](const BundleLimits& limits) {
    static_cast<void>(ModelBundle::open(folder.path(), limits));
    static_cast<void>(ModelBundle::from_memory(small_bundle(), limits));
  };
  CHECK_NOTHROW(opens({14, 24}));
  for (const BundleLimits& limits : {BundleLimits{13, 24}, BundleLimits{14, 23}}) {
    expect_error(ErrorCode::bundle_invalid, "raise the limits", [&] { opens(limits); });
    expect_error(ErrorCode::bundle_invalid, "raise the limits",
                 [&] { return ModelBundle::from_memory(small_bundle(), limits); });
  }
  const Environment models("DEMASK_MODELS", folder.path().string());
  CHECK_NOTHROW(ModelBundle::find_default());
  expect_error(ErrorCode::bundle_invalid, "raise the limits", [] {
    return ModelBundle::find_default({1, 1});
  });
}

TEST_CASE("Limits apply to training artifacts too", "[model_bundle]") {
  BundleFiles files = small_bundle();
  json manifest = json::parse(files["manifest.json"]);
  const Bytes content = bytes_of("a discriminator");
  manifest["training_artefacts"]["discriminator_female"] = entry("judge.pt", content);
  files["manifest.json"] = bytes_of(manifest.dump());
  const TemporaryFolder folder;
  write_bundle(folder.path(), files);
  // Models of 14 and 10 bytes, and an artifact of 15.
  CHECK_NOTHROW(ModelBundle::open(folder.path(), {15, 39}));
  CHECK_NOTHROW(ModelBundle::from_memory(files, {15, 39}));
  for (const BundleLimits& limits : {BundleLimits{14, 39}, BundleLimits{15, 38}}) {
    expect_error(ErrorCode::bundle_invalid, "'judge.pt' has 15 bytes",
                 [&] { return ModelBundle::open(folder.path(), limits); });
    expect_error(ErrorCode::bundle_invalid, "'judge.pt' has 15 bytes",
                 [&] { return ModelBundle::from_memory(files, limits); });
  }
}

TEST_CASE("A manifest cannot overflow the sum of the sizes", "[model_bundle]") {
  BundleFiles files = small_bundle();
  json manifest = json::parse(files["manifest.json"]);
  for (auto& [stage, model] : manifest["models"].items()) {
    model["size_bytes"] = INT64_MAX;
  }
  files["manifest.json"] = bytes_of(manifest.dump());
  expect_error(ErrorCode::bundle_invalid, "raise the limits", [&] {
    return ModelBundle::from_memory(files, {UINT64_MAX, UINT64_MAX / 4});
  });
}

TEST_CASE("The default bundle is the one that DEMASK_MODELS names", "[model_bundle]") {
  const TemporaryFolder folder;
  write_bundle(folder / "bundle", small_bundle());
  {
    const Environment models("DEMASK_MODELS", (folder / "bundle").string());
    CHECK(ModelBundle::find_default().name() == "small");
  }
  {
    // A folder that does not exist is an error; no other folder is tried silently.
    const Environment models("DEMASK_MODELS", (folder / "absent").string());
    expect_error(ErrorCode::bundle_not_found, "absent", [] { return ModelBundle::find_default(); });
    CHECK(demask::bundle::default_bundle_folders().size() == 1);
  }
}

TEST_CASE("Without DEMASK_MODELS the install prefix comes before the source tree",
          "[model_bundle]") {
  for (const std::optional<std::string>& value :
       {std::optional<std::string>(), std::optional<std::string>("")}) {
    const Environment models("DEMASK_MODELS", value);
    const auto folders = demask::bundle::default_bundle_folders();
    REQUIRE(folders.size() >= 2);
    for (const auto& folder : folders) {
      CHECK(folder.is_absolute());
      CHECK(folder.filename() == "default");
    }
    CHECK(folders.back().parent_path().filename() == "models");
    CHECK(folders.front().parent_path().parent_path().filename() == "demask");
  }
}

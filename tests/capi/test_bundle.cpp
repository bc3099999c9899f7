// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "support.hpp"

using namespace demask::test;

namespace {

/// A bundle's files in the form that demask_bundle_from_memory() takes.
struct MemoryBundle {
  std::vector<std::string> file_names;
  std::vector<std::vector<uint8_t>> files;

  void add(const std::string& name, std::vector<uint8_t> bytes) {
    file_names.push_back(name);
    files.push_back(std::move(bytes));
  }

  demask_status open(demask_bundle** bundle, const demask_bundle_limits* limits = nullptr) const {
    std::vector<const char*> names;
    std::vector<const uint8_t*> contents;
    std::vector<size_t> sizes;
    for (std::size_t i = 0; i < files.size(); ++i) {
      names.push_back(file_names[i].c_str());
      contents.push_back(files[i].data());
      sizes.push_back(files[i].size());
    }
    const auto count = static_cast<int32_t>(files.size());
    return limits == nullptr
               ? demask_bundle_from_memory(names.data(), contents.data(), sizes.data(), count,
                                           bundle)
               : demask_bundle_from_memory_limited(names.data(), contents.data(), sizes.data(),
                                                   count, limits, bundle);
  }
};

/// Sets DEMASK_MODELS to a folder while it lives.
class DefaultModels {
 public:
  explicit DefaultModels(const std::string& folder) {
    const char* const kept = std::getenv(variable);
    if (kept != nullptr) before_ = kept;
    setenv(variable, folder.c_str(), 1);
  }
  ~DefaultModels() {
    if (before_) {
      setenv(variable, before_->c_str(), 1);
    } else {
      unsetenv(variable);
    }
  }
  DefaultModels(const DefaultModels&) = delete;
  DefaultModels& operator=(const DefaultModels&) = delete;

 private:
  static constexpr const char* variable = "DEMASK_MODELS";
  std::optional<std::string> before_;
};

MemoryBundle read_test_bundle() {
  MemoryBundle bundle;
  for (const auto& entry : std::filesystem::directory_iterator(test_bundle_folder())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    bundle.add(entry.path().filename().u8string(), {std::istreambuf_iterator<char>(file), {}});
  }
  return bundle;
}

MemoryBundle manifest_only(const std::string& manifest) {
  MemoryBundle bundle;
  bundle.add("manifest.json", {manifest.begin(), manifest.end()});
  return bundle;
}

}  // namespace

TEST_CASE("missing and malformed bundles have different errors") {
  const TemporaryFolder folder;
  demask_bundle* bundle = nullptr;
  CHECK(demask_bundle_open((folder / "none").c_str(), &bundle) == DEMASK_ERROR_BUNDLE_NOT_FOUND);
  CHECK(manifest_only("{").open(&bundle) == DEMASK_ERROR_BUNDLE_INVALID);
  CHECK(manifest_only("{\"schema_version\": 1000}").open(&bundle) == DEMASK_ERROR_BUNDLE_INVALID);
  CHECK(last_error_contains("schema_version"));
  CHECK(bundle == nullptr);
}

TEST_CASE("limits on a bundle's files are enforced") {
  auto limits = make_struct<demask_bundle_limits>();
  require_ok(demask_bundle_default_limits(&limits));
  CHECK(limits.max_file_bytes == uint64_t{1} << 30U);
  CHECK(limits.max_total_bytes == uint64_t{4} << 30U);
  const std::string folder = test_bundle_folder();
  for (const demask_bundle_limits* given : {static_cast<demask_bundle_limits*>(nullptr), &limits}) {
    demask_bundle* bundle = nullptr;
    require_ok(demask_bundle_open_limited(folder.c_str(), given, &bundle));
    demask_bundle_free(bundle);
  }
  demask_bundle* bundle = nullptr;
  limits.max_total_bytes = 1000;
  CHECK(demask_bundle_open_limited(folder.c_str(), &limits, &bundle) ==
        DEMASK_ERROR_BUNDLE_INVALID);
  CHECK(last_error_contains("raise the limits"));
  CHECK(bundle == nullptr);
  limits.struct_size = 3;
  CHECK(demask_bundle_open_limited(folder.c_str(), &limits, &bundle) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_bundle_default_limits(nullptr) == DEMASK_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("limits are enforced for bundles in memory and by default", "[models]") {
  auto limits = make_struct<demask_bundle_limits>();
  require_ok(demask_bundle_default_limits(&limits));
  const MemoryBundle memory = read_test_bundle();
  const DefaultModels models(test_bundle_folder());
  demask_bundle* bundle = nullptr;
  require_ok(memory.open(&bundle, &limits));
  demask_bundle_free(bundle);
  require_ok(demask_bundle_open_default_limited(&limits, &bundle));
  demask_bundle_free(bundle);
  require_ok(demask_bundle_open_default_limited(nullptr, &bundle));
  demask_bundle_free(bundle);
  bundle = nullptr;
  limits.max_file_bytes = 1000;
  CHECK(memory.open(&bundle, &limits) == DEMASK_ERROR_BUNDLE_INVALID);
  CHECK(last_error_contains("raise the limits"));
  CHECK(demask_bundle_open_default_limited(&limits, &bundle) == DEMASK_ERROR_BUNDLE_INVALID);
  CHECK(last_error_contains("raise the limits"));
  CHECK(demask_bundle_open_default_limited(&limits, nullptr) == DEMASK_ERROR_INVALID_ARGUMENT);
  limits.struct_size = 3;
  CHECK(memory.open(&bundle, &limits) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_bundle_open_default_limited(&limits, &bundle) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(bundle == nullptr);
}

TEST_CASE("the arrays of a bundle in memory are checked") {
  const char* const names[2] = {"manifest.json", "manifest.json"};
  const uint8_t byte = '{';
  const uint8_t* const contents[2] = {&byte, &byte};
  const size_t sizes[2] = {1, 1};
  demask_bundle* bundle = nullptr;
  CHECK(demask_bundle_from_memory(names, contents, sizes, 2, &bundle) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("twice"));
  for (const int32_t count : {0, -1}) {
    CHECK(demask_bundle_from_memory(names, contents, sizes, count, &bundle) ==
          DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(last_error_contains("count"));
  }
  const char* const no_name[1] = {nullptr};
  CHECK(demask_bundle_from_memory(no_name, contents, sizes, 1, &bundle) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  const uint8_t* const no_content[1] = {nullptr};
  CHECK(demask_bundle_from_memory(names, no_content, sizes, 1, &bundle) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(bundle == nullptr);
}

TEST_CASE("a bundle's sets of inpainters are listed and chosen") {
  const std::string entry = "{\"file\": \"model.pt\", \"sha256\": \"" + std::string(64, 'a') +
                            "\", \"size_bytes\": 1, \"input_size\": 256}";
  const std::string pair =
      "{\"inpainter_female\": " + entry + ", \"inpainter_male\": " + entry + "}";
  MemoryBundle memory = manifest_only(
      R"({"schema_version": 1, "name": "n", "version": "1", "license": "l", "models": )"
      R"({"inpainter_female": )" +
      entry + R"(}, "variants": {"ffhq": {"models": )" + pair + R"(}, "celeba": {"models": )" +
      pair + "}}}");
  memory.add("model.pt", {0});
  demask_bundle* handle = nullptr;
  require_ok(memory.open(&handle));
  const BundleHandle bundle(handle);
  REQUIRE(demask_bundle_variant_count(bundle.get()) == 2);
  const char* name = nullptr;
  require_ok(demask_bundle_variant_name(bundle.get(), 0, &name));
  CHECK(std::string(name) == "celeba");
  require_ok(demask_bundle_variant_name(bundle.get(), 1, &name));
  CHECK(std::string(name) == "ffhq");
  CHECK(std::string(demask_bundle_variant(bundle.get())).empty());
  CHECK(demask_bundle_has(bundle.get(), DEMASK_STAGE_INPAINTER_MALE) == 0);
  CHECK(demask_bundle_model_count(bundle.get()) == 5);
  auto info = make_struct<demask_model_info>();
  require_ok(demask_bundle_model(bundle.get(), 3, &info));
  CHECK(info.stage == DEMASK_STAGE_INPAINTER_FEMALE);
  CHECK(std::string(info.variant) == "ffhq");

  handle = nullptr;
  require_ok(demask_bundle_with_variant(bundle.get(), "ffhq", &handle));
  const BundleHandle chosen(handle);
  CHECK(std::string(demask_bundle_variant(chosen.get())) == "ffhq");
  CHECK(std::string(demask_bundle_name(chosen.get())) == "n");
  CHECK(demask_bundle_has(chosen.get(), DEMASK_STAGE_INPAINTER_MALE) == 1);
  require_ok(demask_bundle_with_variant(chosen.get(), "", &handle));
  const BundleHandle back(handle);
  CHECK(demask_bundle_has(back.get(), DEMASK_STAGE_INPAINTER_MALE) == 0);

  handle = nullptr;
  CHECK(demask_bundle_with_variant(bundle.get(), "other", &handle) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("celeba, ffhq"));
  CHECK(demask_bundle_with_variant(bundle.get(), nullptr, &handle) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_bundle_with_variant(nullptr, "ffhq", &handle) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_bundle_with_variant(bundle.get(), "ffhq", nullptr) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(handle == nullptr);
  name = nullptr;
  for (const int32_t index : {-1, 2}) {
    CHECK(demask_bundle_variant_name(bundle.get(), index, &name) == DEMASK_ERROR_INVALID_ARGUMENT);
  }
  CHECK(name == nullptr);
  CHECK(demask_bundle_variant_count(nullptr) == 0);
  CHECK(std::string(demask_bundle_variant(nullptr)).empty());
}

TEST_CASE("a bundle describes itself and its models", "[models]") {
  const BundleHandle bundle = open_test_bundle();
  CHECK_FALSE(std::string(demask_bundle_name(bundle.get())).empty());
  CHECK_FALSE(std::string(demask_bundle_version(bundle.get())).empty());
  CHECK_FALSE(std::string(demask_bundle_license(bundle.get())).empty());
  CHECK(std::filesystem::equivalent(demask_bundle_folder(bundle.get()), test_bundle_folder()));
  CHECK(demask_bundle_has(bundle.get(), -1) == 0);
  CHECK(demask_bundle_has(bundle.get(), 99) == 0);

  const int32_t count = demask_bundle_model_count(bundle.get());
  REQUIRE(count == 8);
  for (int32_t i = 0; i < count; ++i) {
    auto info = make_struct<demask_model_info>();
    require_ok(demask_bundle_model(bundle.get(), i, &info));
    CAPTURE(demask_stage_name(info.stage));
    CHECK(demask_bundle_has(bundle.get(), info.stage) == 1);
    CHECK(std::string(info.sha256).size() == 64);
    CHECK(info.size_bytes ==
          std::filesystem::file_size(std::filesystem::path(test_bundle_folder()) / info.file));
    CHECK(info.input_size > 0);
    CHECK(info.class_name_count == (info.stage == DEMASK_STAGE_GENDER_CLASSIFIER ? 2 : 0));
    for (int32_t c = 0; c < info.class_name_count; ++c) {
      const char* name = nullptr;
      require_ok(demask_bundle_class_name(bundle.get(), i, c, &name));
      CHECK((std::string(name) == "female" || std::string(name) == "male"));
    }
    for (int32_t m = 0; m < info.metric_count; ++m) {
      const char* key = nullptr;
      double value = 0.0;
      require_ok(demask_bundle_metric(bundle.get(), i, m, &key, &value));
      CHECK_FALSE(std::string(key).empty());
    }
    const char* text = nullptr;
    double value = 0.0;
    CHECK(demask_bundle_class_name(bundle.get(), i, info.class_name_count, &text) ==
          DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(demask_bundle_metric(bundle.get(), i, info.metric_count, &text, &value) ==
          DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(text == nullptr);
  }
  auto info = make_struct<demask_model_info>();
  for (const int32_t index : {-1, count}) {
    CHECK(demask_bundle_model(bundle.get(), index, &info) == DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(last_error_contains("index"));
  }
}

TEST_CASE("a bundle is opened from memory, and its hashes are checked", "[models]") {
  MemoryBundle memory = read_test_bundle();
  demask_bundle* bundle = nullptr;
  require_ok(memory.open(&bundle));
  const BundleHandle whole(bundle);
  require_ok(demask_bundle_verify(whole.get()));
  CHECK(std::string(demask_bundle_folder(whole.get())).empty());

  auto info = make_struct<demask_model_info>();
  require_ok(demask_bundle_model(whole.get(), 0, &info));
  const auto name = std::find(memory.file_names.begin(), memory.file_names.end(), info.file);
  REQUIRE(name != memory.file_names.end());
  memory.files[static_cast<std::size_t>(name - memory.file_names.begin())].back() ^= 1U;
  require_ok(memory.open(&bundle));
  const BundleHandle damaged(bundle);
  CHECK(demask_bundle_verify(damaged.get()) == DEMASK_ERROR_HASH_MISMATCH);
}

TEST_CASE("the default bundle is the one that DEMASK_MODELS names", "[models]") {
  demask_bundle* bundle = nullptr;
  {
    const DefaultModels models(test_bundle_folder());
    require_ok(demask_bundle_open_default(&bundle));
    const BundleHandle handle(bundle);
  }
  bundle = nullptr;
  const DefaultModels models("no/such/bundle");
  CHECK(demask_bundle_open_default(&bundle) == DEMASK_ERROR_BUNDLE_NOT_FOUND);
  CHECK(bundle == nullptr);
}

TEST_CASE("everything that a manifest says about its models can be read") {
  const std::string entry = "\"file\": \"model.pt\", \"sha256\": \"" + std::string(64, 'a') +
                            "\", \"size_bytes\": 1, \"input_size\": 256";
  const std::string artifact =
      "{\"file\": \"critic.pt\", \"sha256\": \"" + std::string(64, 'b') + "\", \"size_bytes\": 7}";
  MemoryBundle memory = manifest_only(
      R"({"schema_version": 1, "name": "n", "version": "1", "license": "l", "models": )"
      R"({"face_detector": {"largest_face": 240, )" +
      entry + R"(}, "landmark_detector": {"variant": "points", "landmark_scheme": 68, )" +
      R"("crop_scale": 1.5, "min_confidence": 0.25, "mirror_average": true, )" + entry +
      R"(}, "inpainter_female": {)" + entry + R"(}, "inpainter_male": {)" + entry +
      R"(}}, "training_artefacts": {"discriminator_male": )" + artifact + "}}");
  memory.add("model.pt", {0});
  demask_bundle* handle = nullptr;
  require_ok(memory.open(&handle));
  const BundleHandle bundle(handle);
  REQUIRE(demask_bundle_model_count(bundle.get()) == 4);
  for (int32_t i = 0; i < 4; ++i) {
    auto info = make_struct<demask_model_info>();
    require_ok(demask_bundle_model(bundle.get(), i, &info));
    CAPTURE(demask_stage_name(info.stage));
    const bool finds_landmarks = info.stage == DEMASK_STAGE_LANDMARK_DETECTOR;
    CHECK(info.min_confidence == (finds_landmarks ? 0.25 : 0.0));
    CHECK(info.mirror_average == (finds_landmarks ? 1 : 0));
    CHECK(info.largest_face == (info.stage == DEMASK_STAGE_FACE_DETECTOR ? 240.0 : 0.0));
  }
  REQUIRE(demask_bundle_artifact_count(bundle.get()) == 1);
  auto info = make_struct<demask_artifact_info>();
  require_ok(demask_bundle_artifact(bundle.get(), 0, &info));
  CHECK(std::string(info.name) == "discriminator_male");
  CHECK(std::string(info.variant).empty());
  CHECK(std::string(info.file) == "critic.pt");
  CHECK(std::string(info.sha256) == std::string(64, 'b'));
  CHECK(info.size_bytes == 7);
  for (const int32_t index : {-1, 1}) {
    CHECK(demask_bundle_artifact(bundle.get(), index, &info) == DEMASK_ERROR_INVALID_ARGUMENT);
    CHECK(last_error_contains("index"));
  }
  CHECK(demask_bundle_artifact(nullptr, 0, &info) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_bundle_artifact(bundle.get(), 0, nullptr) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_bundle_artifact_count(nullptr) == 0);
}

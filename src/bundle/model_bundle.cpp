// SPDX-License-Identifier: Apache-2.0
#include "demask/model_bundle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bundle/bundle_files.hpp"
#include "bundle/default_bundle.hpp"
#include "bundle/manifest.hpp"
#include "bundle/sha256.hpp"
#include "demask/error.hpp"
#include "demask/mask_face_detector.hpp"

namespace demask {
namespace {

namespace fs = std::filesystem;

using bundle::manifest_file_name;

// Checks the sizes in the manifest; Content::source() compares them with the files.
void check_limits(const bundle::Manifest& manifest, const BundleLimits& limits,
                  const std::string& origin) {
  std::uint64_t total = 0;
  const auto count = [&](const auto& entry) {
    const std::uint64_t left = limits.max_total_bytes - total;
    if (entry.size_bytes > limits.max_file_bytes || entry.size_bytes > left) {
      throw Error(ErrorCode::bundle_invalid,
                  fmt::format("{}: '{}' has {} bytes, but a file may have {} and all together {}; "
                              "raise the limits if you trust the bundle",
                              origin, entry.file, entry.size_bytes, limits.max_file_bytes,
                              limits.max_total_bytes));
    }
    total += entry.size_bytes;
  };
  std::for_each(manifest.models.begin(), manifest.models.end(), count);
  std::for_each(manifest.artifacts.begin(), manifest.artifacts.end(), count);
}

}  // namespace

struct ModelBundle::Content {
  bundle::Manifest manifest;
  fs::path folder;
  BundleFiles files;

  // The path of a model in error messages.
  fs::path origin(const std::string& file) const { return folder / file; }

  bool has_file(const std::string& file) const {
    std::error_code failure;
    return folder.empty() ? files.count(file) != 0 : fs::exists(origin(file), failure);
  }

  // The verified bytes of an entry (a ModelSpec or TrainingArtifact). Bytes read from a file are
  // owned by `storage`.
  template <typename Entry>
  ModelSource source(const Entry& entry, std::vector<std::uint8_t>& storage) const {
    ModelSource result;
    result.path = origin(entry.file);
    if (folder.empty()) {
      const std::vector<std::uint8_t>& bytes = files.at(entry.file);
      result.bytes = bytes.data();
      result.size = bytes.size();
    } else {
      // A file of the wrong size is not even read.
      check_size(entry, bundle::bundle_file_size(folder, entry.file));
      storage = bundle::read_bundle_file(folder, entry.file);
      result.bytes = storage.data();
      result.size = storage.size();
    }
    check_size(entry, result.size);
    const std::string hash = bundle::sha256_hex(result.bytes, result.size);
    if (hash != entry.sha256) {
      reject(entry.file,
             fmt::format("its SHA-256 is {}, the manifest says {}", hash, entry.sha256));
    }
    return result;
  }

  template <typename Entry>
  void verify(const Entry& entry) const {
    std::vector<std::uint8_t> storage;
    source(entry, storage);
  }

  template <typename Entry>
  void check_size(const Entry& entry, std::uint64_t size) const {
    if (size != entry.size_bytes) {
      reject(entry.file,
             fmt::format("it has {} bytes, the manifest says {}", size, entry.size_bytes));
    }
  }

  [[noreturn]] void reject(const std::string& file, const std::string& reason) const {
    throw Error(ErrorCode::hash_mismatch,
                fmt::format("{}: {}; restore the file that the manifest describes",
                            origin(file).string(), reason));
  }
};

ModelBundle::ModelBundle(std::shared_ptr<const Content> content) : content_(std::move(content)) {}

ModelBundle ModelBundle::open(const fs::path& folder, const BundleLimits& limits) {
  const fs::path manifest = folder / manifest_file_name;
  std::error_code failure;
  if (folder.empty() || !fs::is_regular_file(manifest, failure)) {
    throw Error(ErrorCode::bundle_not_found,
                fmt::format("'{}': there is no {} in it; name a folder that holds a model bundle",
                            folder.string(), manifest_file_name));
  }
  auto content = std::make_shared<Content>();
  content->folder = fs::absolute(folder);
  content->manifest = bundle::parse_manifest(bundle::read_manifest(folder), manifest.string());
  check_limits(content->manifest, limits, manifest.string());
  return ModelBundle(std::move(content));
}

ModelBundle ModelBundle::from_memory(BundleFiles files, const BundleLimits& limits) {
  const char* const origin = "manifest.json in memory";
  const auto found = files.find(manifest_file_name);
  if (found == files.end()) {
    throw Error(ErrorCode::bundle_invalid,
                fmt::format("bundle in memory: it has no {}; pass the manifest under that name",
                            manifest_file_name));
  }
  auto content = std::make_shared<Content>();
  content->manifest = bundle::parse_manifest({found->second.begin(), found->second.end()}, origin);
  check_limits(content->manifest, limits, origin);
  content->files = std::move(files);
  for (const ModelSpec& spec : content->manifest.models) {
    if (content->files.count(spec.file) == 0) {
      throw Error(ErrorCode::bundle_invalid,
                  fmt::format("bundle in memory: '{}' of the manifest is not among the files; pass "
                              "it too",
                              spec.file));
    }
  }
  return ModelBundle(std::move(content));
}

ModelBundle ModelBundle::find_default(const BundleLimits& limits) {
  const std::vector<fs::path> folders = bundle::default_bundle_folders();
  std::string places;
  for (const fs::path& folder : folders) {
    std::error_code failure;
    if (fs::is_regular_file(folder / manifest_file_name, failure)) {
      return open(folder, limits);
    }
    places += (places.empty() ? "" : ", ") + folder.string();
  }
  throw Error(
      ErrorCode::bundle_not_found,
      fmt::format("default model bundle: no manifest.json in {}; install the models, or set "
                  "DEMASK_MODELS to the folder of a bundle",
                  places));
}

const std::string& ModelBundle::name() const noexcept { return content_->manifest.name; }
const std::string& ModelBundle::version() const noexcept { return content_->manifest.version; }
const std::string& ModelBundle::license() const noexcept { return content_->manifest.license; }
const fs::path& ModelBundle::folder() const noexcept { return content_->folder; }
const std::vector<ModelSpec>& ModelBundle::models() const noexcept {
  return content_->manifest.models;
}

const std::vector<TrainingArtifact>& ModelBundle::training_artifacts() const noexcept {
  return content_->manifest.artifacts;
}

const std::vector<std::string>& ModelBundle::variants() const noexcept {
  return content_->manifest.variants;
}

const std::string& ModelBundle::variant() const noexcept { return variant_; }

ModelBundle ModelBundle::with_variant(const std::string& name) const {
  if (!name.empty() && std::find(variants().begin(), variants().end(), name) == variants().end()) {
    const std::string remedy = variants().empty()
                                   ? "it has no variants; leave the name empty"
                                   : fmt::format("choose one of: {}", fmt::join(variants(), ", "));
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("bundle '{}': there is no variant '{}'; {}", this->name(), name, remedy));
  }
  ModelBundle chosen = *this;
  chosen.variant_ = name;
  return chosen;
}

const ModelSpec* ModelBundle::find(Stage stage) const noexcept {
  const auto found = std::find_if(models().begin(), models().end(), [&](const ModelSpec& spec) {
    return spec.stage == stage && (!is_inpainter(stage) || spec.variant == variant_);
  });
  return found == models().end() ? nullptr : &*found;
}

bool ModelBundle::has(Stage stage) const noexcept { return find(stage) != nullptr; }

const ModelSpec& ModelBundle::spec(Stage stage) const {
  if (const ModelSpec* found = find(stage)) {
    return *found;
  }
  const bool elsewhere = is_inpainter(stage) && !variants().empty();
  const std::string remedy =
      elsewhere ? fmt::format("choose one of its variants ({})", fmt::join(variants(), ", "))
                : "use a bundle that has one, or pass your own stage";
  throw Error(ErrorCode::bundle_invalid,
              fmt::format("bundle '{}': it has no {}{}; {}", name(), to_string(stage),
                          elsewhere ? " without a variant" : "", remedy));
}

void ModelBundle::verify() const {
  for (const ModelSpec& spec : models()) {
    content_->verify(spec);
  }
  for (const TrainingArtifact& artifact : training_artifacts()) {
    if (content_->has_file(artifact.file)) {
      content_->verify(artifact);
    }
  }
}

std::unique_ptr<FaceDetector> ModelBundle::load_face_detector(const RuntimeOptions& options) const {
  const ModelSpec* segmenter = find(Stage::segmenter);
  if (!has(Stage::face_detector) && segmenter != nullptr && segmenter->variant == "instance") {
    return make_mask_face_detector(load_segmenter(options));
  }
  std::vector<std::uint8_t> storage;
  const ModelSpec& model = spec(Stage::face_detector);
  return make_face_detector(model, content_->source(model, storage), options);
}

std::unique_ptr<Segmenter> ModelBundle::load_segmenter(const RuntimeOptions& options) const {
  std::vector<std::uint8_t> storage;
  const ModelSpec& model = spec(Stage::segmenter);
  return make_segmenter(model, content_->source(model, storage), options);
}

std::unique_ptr<LandmarkDetector> ModelBundle::load_landmark_detector(
    const RuntimeOptions& options) const {
  std::vector<std::uint8_t> storage;
  const ModelSpec& model = spec(Stage::landmark_detector);
  return make_landmark_detector(model, content_->source(model, storage), options);
}

std::unique_ptr<GenderClassifier> ModelBundle::load_gender_classifier(
    const RuntimeOptions& options) const {
  std::vector<std::uint8_t> storage;
  const ModelSpec& model = spec(Stage::gender_classifier);
  return make_gender_classifier(model, content_->source(model, storage), options);
}

std::unique_ptr<Inpainter> ModelBundle::load_inpainter(Gender gender,
                                                       const RuntimeOptions& options) const {
  std::vector<std::uint8_t> storage;
  const ModelSpec& model =
      spec(gender == Gender::female ? Stage::inpainter_female : Stage::inpainter_male);
  return make_inpainter(model, content_->source(model, storage), options);
}

std::unique_ptr<PriorInpainter> ModelBundle::load_prior_inpainter(
    const RuntimeOptions& options) const {
  std::vector<std::uint8_t> storage;
  const ModelSpec& model = spec(Stage::inpainter_prior);
  return make_prior_inpainter(model, content_->source(model, storage), options);
}

std::unique_ptr<ShapeModel> ModelBundle::load_shape_model(const RuntimeOptions& options) const {
  std::vector<std::uint8_t> storage;
  const ModelSpec& model = spec(Stage::shape_model);
  return make_shape_model(model, content_->source(model, storage), options);
}

}  // namespace demask

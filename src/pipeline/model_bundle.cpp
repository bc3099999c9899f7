#include "demask/model_bundle.hpp"

#include <fmt/format.h>

#include "demask/error.hpp"
#include "pipeline/bundle_files.hpp"
#include "pipeline/default_bundle.hpp"
#include "pipeline/manifest.hpp"
#include "pipeline/sha256.hpp"

namespace demask {
namespace {

namespace fs = std::filesystem;

using pipeline::manifest_file_name;

// Sizes are those of the manifest, which are held against the files when these are read.
void check_limits(const pipeline::Manifest& manifest, const BundleLimits& limits,
                  const std::string& origin) {
  std::uint64_t total = 0;
  for (const ModelSpec& spec : manifest.models) {
    const std::uint64_t left = limits.max_total_bytes - total;
    if (spec.size_bytes > limits.max_file_bytes || spec.size_bytes > left) {
      throw Error(ErrorCode::bundle_invalid,
                  fmt::format("{}: '{}' has {} bytes, but a model may have {} and all together {}; "
                              "raise the limits if you trust the bundle",
                              origin, spec.file, spec.size_bytes, limits.max_file_bytes,
                              limits.max_total_bytes));
    }
    total += spec.size_bytes;
  }
}

}  // namespace

struct ModelBundle::Content {
  pipeline::Manifest manifest;
  fs::path folder;
  BundleFiles files;

  // Where error messages say a model lies.
  fs::path origin(const ModelSpec& spec) const { return folder / spec.file; }

  // The verified bytes of a model; `storage` holds them if they come from a file.
  ModelSource source(const ModelSpec& spec, std::vector<std::uint8_t>& storage) const {
    ModelSource result;
    result.path = origin(spec);
    if (folder.empty()) {
      const std::vector<std::uint8_t>& bytes = files.at(spec.file);
      result.bytes = bytes.data();
      result.size = bytes.size();
    } else {
      // A file of another size is not even read.
      check_size(spec, pipeline::bundle_file_size(folder, spec.file));
      storage = pipeline::read_bundle_file(folder, spec.file);
      result.bytes = storage.data();
      result.size = storage.size();
    }
    check_hash(spec, result);
    return result;
  }

  void check_size(const ModelSpec& spec, std::uint64_t size) const {
    if (size != spec.size_bytes) {
      reject(spec, fmt::format("it has {} bytes, the manifest says {}", size, spec.size_bytes));
    }
  }

  void check_hash(const ModelSpec& spec, const ModelSource& source) const {
    check_size(spec, source.size);
    const std::string hash = pipeline::sha256_hex(source.bytes, source.size);
    if (hash != spec.sha256) {
      reject(spec, fmt::format("its SHA-256 is {}, the manifest says {}", hash, spec.sha256));
    }
  }

  [[noreturn]] void reject(const ModelSpec& spec, const std::string& reason) const {
    throw Error(ErrorCode::hash_mismatch,
                fmt::format("{}: {}; restore the file that the manifest describes",
                            origin(spec).string(), reason));
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
  content->manifest = pipeline::parse_manifest(pipeline::read_manifest(folder), manifest.string());
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
  content->manifest =
      pipeline::parse_manifest({found->second.begin(), found->second.end()}, origin);
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
  const std::vector<fs::path> folders = pipeline::default_bundle_folders();
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

bool ModelBundle::has(Stage stage) const noexcept {
  for (const ModelSpec& spec : models()) {
    if (spec.stage == stage) {
      return true;
    }
  }
  return false;
}

const ModelSpec& ModelBundle::spec(Stage stage) const {
  for (const ModelSpec& spec : models()) {
    if (spec.stage == stage) {
      return spec;
    }
  }
  throw Error(ErrorCode::bundle_invalid,
              fmt::format("bundle '{}': it has no {}; use a bundle that has one, or pass your own "
                          "stage",
                          name(), to_string(stage)));
}

void ModelBundle::verify() const {
  for (const ModelSpec& spec : models()) {
    std::vector<std::uint8_t> storage;
    content_->source(spec, storage);
  }
}

std::unique_ptr<FaceDetector> ModelBundle::load_face_detector(const RuntimeOptions& options) const {
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

}  // namespace demask

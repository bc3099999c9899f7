// SPDX-License-Identifier: Apache-2.0
#include "bundle/bundle_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "bundle/manifest.hpp"
#include "bundle/sha256.hpp"
#include "data/json_file.hpp"
#include "demask/error.hpp"
#include "demask/model_bundle.hpp"
#include "io/whole_file.hpp"
#include "learn/half_precision.hpp"

namespace demask::training {
namespace {

using nlohmann::ordered_json;

// The prefix of a stage's keys in an evaluation. Those of the prior are taken with `--stage hd`.
std::string prefix_of(Stage stage) {
  switch (stage) {
    case Stage::face_detector:
      return "detector.";
    case Stage::segmenter:
      return "segmenter.";
    case Stage::landmark_detector:
      return "landmarks.";
    case Stage::gender_classifier:
      return "gender.";
    case Stage::inpainter_female:
    case Stage::inpainter_male:
      return "inpainter.";
    case Stage::inpainter_prior:
      return "hd.";
    case Stage::shape_model:
      return "variants.";
  }
  return "";
}

// The shortest decimal number that gives this float: 0.36, not 0.36000001.
double as_written(float value) { return std::stod(fmt::format("{}", value)); }

ordered_json to_json(const ModelSpec& spec) {
  ordered_json entry;
  if (!spec.variant.empty() && !is_inpainter(spec.stage)) {
    entry["variant"] = spec.variant;
  }
  entry["file"] = spec.file;
  entry["sha256"] = spec.sha256;
  entry["size_bytes"] = spec.size_bytes;
  entry["input_size"] = spec.input_size;
  if (spec.stage == Stage::landmark_detector) {
    entry["landmark_scheme"] = static_cast<int>(spec.landmark_scheme);
    entry["crop_scale"] = as_written(spec.crop_scale);
    if (spec.min_confidence > 0.0F) {
      entry["min_confidence"] = as_written(spec.min_confidence);
    }
  }
  if (spec.mirror_average) {
    entry["mirror_average"] = true;
  }
  if (spec.stage == Stage::face_detector || spec.stage == Stage::segmenter) {
    entry["threshold"] = as_written(spec.threshold);
  }
  if (spec.largest_face > 0.0F) {
    entry["largest_face"] = as_written(spec.largest_face);
  }
  if (!spec.class_names.empty()) {
    entry["class_names"] = spec.class_names;
  }
  if (!spec.license.empty()) {
    entry["license"] = spec.license;
  }
  if (!spec.training_data.empty()) {
    entry["training_data"] = spec.training_data;
  }
  if (!spec.metrics.empty()) {
    entry["metrics"] = spec.metrics;
  }
  return entry;
}

ordered_json to_json(const TrainingArtifact& artifact) {
  return {
      {"file", artifact.file}, {"sha256", artifact.sha256}, {"size_bytes", artifact.size_bytes}};
}

// Checks that each model loads.
void check_loads(const ModelBundle& bundle) {
  if (bundle.has(Stage::face_detector)) {
    static_cast<void>(bundle.load_face_detector());
  }
  if (bundle.has(Stage::segmenter)) {
    static_cast<void>(bundle.load_segmenter());
  }
  if (bundle.has(Stage::landmark_detector)) {
    static_cast<void>(bundle.load_landmark_detector());
  }
  if (bundle.has(Stage::gender_classifier)) {
    static_cast<void>(bundle.load_gender_classifier());
  }
  if (bundle.has(Stage::inpainter_prior)) {
    static_cast<void>(bundle.load_prior_inpainter());
  }
  if (bundle.has(Stage::shape_model)) {
    static_cast<void>(bundle.load_shape_model());
  }
  std::vector<std::string> variants = bundle.variants();
  variants.emplace_back();
  for (const std::string& variant : variants) {
    const ModelBundle chosen = bundle.with_variant(variant);
    if (chosen.has(Stage::inpainter_female)) {
      static_cast<void>(chosen.load_inpainter(Gender::female));
    }
    if (chosen.has(Stage::inpainter_male)) {
      static_cast<void>(chosen.load_inpainter(Gender::male));
    }
  }
}

// Writes the files of a bundle and describes them in its manifest.
class Writer {
 public:
  Writer(std::filesystem::path folder, const BundleOptions& options)
      : folder_(std::move(folder)), half_(options.half) {
    manifest_["schema_version"] = bundle::manifest_schema_version;
    manifest_["name"] = options.name;
    manifest_["version"] = options.version;
    manifest_["license"] = options.license;
    manifest_["models"] = ordered_json::object();
  }

  void add(const BundleModel& model) {
    const bool is_varied = is_inpainter(model.spec.stage);
    ModelSpec spec = model.spec;
    write(half_ ? in_half_precision(model.source) : io::read_whole_file(model.source),
          to_string(spec.stage), is_varied ? spec.variant : "", spec);
    ordered_json& set = is_varied ? set_of(spec.variant) : manifest_;
    set["models"][to_string(spec.stage)] = to_json(spec);
  }

  void add(const BundleArtifact& named) {
    TrainingArtifact artifact = named.artifact;
    write(io::read_whole_file(named.source), artifact.name, artifact.variant, artifact);
    set_of(artifact.variant)["training_artefacts"][artifact.name] = to_json(artifact);
  }

  void finish() const {
    const std::string text = manifest_.dump(2) + "\n";
    io::write_whole_file(folder_ / bundle::manifest_file_name, text);
  }

 private:
  ordered_json& set_of(const std::string& variant) {
    return variant.empty() ? manifest_ : manifest_["variants"][variant];
  }

  // Fills in file, hash and size of an entry; identical files are written once.
  template <typename Entry>
  void write(const std::vector<std::uint8_t>& bytes, const std::string& name,
             const std::string& variant, Entry& entry) {
    entry.sha256 = bundle::sha256_hex(bytes.data(), bytes.size());
    entry.size_bytes = bytes.size();
    const auto [known, fresh] =
        file_of_.emplace(entry.sha256, name + (variant.empty() ? "" : "." + variant) + ".pt");
    entry.file = known->second;
    if (fresh) {
      io::write_whole_file(folder_ / entry.file, bytes);
    }
  }

  std::filesystem::path folder_;
  bool half_;
  ordered_json manifest_;
  std::map<std::string, std::string> file_of_;  // by SHA-256
};

}  // namespace

void write_bundle(const std::filesystem::path& folder, const BundleOptions& options,
                  const std::vector<BundleModel>& models,
                  const std::vector<BundleArtifact>& artifacts) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw Error(ErrorCode::unwritable_file, fmt::format("{}: {}; choose a writable folder",
                                                        folder.string(), failure.message()));
  }
  Writer writer(folder, options);
  for (const BundleModel& model : models) {
    writer.add(model);
  }
  for (const BundleArtifact& artifact : artifacts) {
    writer.add(artifact);
  }
  writer.finish();
  const ModelBundle bundle = ModelBundle::open(folder);
  bundle.verify();
  check_loads(bundle);
}

std::map<std::string, double> metrics_of(Stage stage, const std::filesystem::path& evaluation) {
  const std::string prefix = prefix_of(stage);
  std::map<std::string, double> metrics;
  const nlohmann::json figures = read_json(evaluation);
  for (const auto& [key, value] : figures.items()) {
    const bool of_stage = key.compare(0, prefix.size(), prefix) == 0;
    const bool of_subgroup = std::count(key.begin(), key.end(), '.') > 1;
    if (of_stage && !of_subgroup && value.is_number()) {
      metrics[key] = value.get<double>();
    }
  }
  return metrics;
}

}  // namespace demask::training

#include "bundle/bundle_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "bundle/half_precision.hpp"
#include "dataset/json_file.hpp"
#include "demask/error.hpp"
#include "demask/model_bundle.hpp"
#include "imaging/whole_file.hpp"
#include "pipeline/manifest.hpp"
#include "pipeline/sha256.hpp"

namespace demask::training {
namespace {

using nlohmann::ordered_json;

/// What the evaluation's keys of a stage begin with.
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
  }
  return "";
}

ordered_json to_json(const ModelSpec& spec) {
  ordered_json entry;
  if (!spec.variant.empty()) entry["variant"] = spec.variant;
  entry["file"] = spec.file;
  entry["sha256"] = spec.sha256;
  entry["size_bytes"] = spec.size_bytes;
  entry["input_size"] = spec.input_size;
  if (spec.stage == Stage::landmark_detector) {
    entry["landmark_scheme"] = static_cast<int>(spec.landmark_scheme);
    entry["crop_scale"] = spec.crop_scale;
  }
  if (spec.stage == Stage::face_detector || spec.stage == Stage::segmenter) {
    entry["threshold"] = spec.threshold;
  }
  if (!spec.class_names.empty()) entry["class_names"] = spec.class_names;
  if (!spec.license.empty()) entry["license"] = spec.license;
  if (!spec.training_data.empty()) entry["training_data"] = spec.training_data;
  if (!spec.metrics.empty()) entry["metrics"] = spec.metrics;
  return entry;
}

/// Loads each model as a user would.
void check_loads(const ModelBundle& bundle) {
  if (bundle.has(Stage::face_detector)) bundle.load_face_detector();
  if (bundle.has(Stage::segmenter)) bundle.load_segmenter();
  if (bundle.has(Stage::landmark_detector)) bundle.load_landmark_detector();
  if (bundle.has(Stage::gender_classifier)) bundle.load_gender_classifier();
  if (bundle.has(Stage::inpainter_female)) bundle.load_inpainter(Gender::female);
  if (bundle.has(Stage::inpainter_male)) bundle.load_inpainter(Gender::male);
}

}  // namespace

void write_bundle(const std::filesystem::path& folder, const BundleOptions& options,
                  const std::vector<BundleModel>& models) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw Error(ErrorCode::unwritable_file, fmt::format("{}: {}; name a folder that may be written",
                                                        folder.string(), failure.message()));
  }
  ordered_json manifest;
  manifest["schema_version"] = pipeline::manifest_schema_version;
  manifest["name"] = options.name;
  manifest["version"] = options.version;
  manifest["license"] = options.license;
  std::map<std::string, std::string> file_of;  // by SHA-256
  for (const BundleModel& model : models) {
    const std::vector<std::uint8_t> bytes =
        options.half ? in_half_precision(model.source) : imaging::read_whole_file(model.source);
    ModelSpec spec = model.spec;
    spec.sha256 = pipeline::sha256_hex(bytes.data(), bytes.size());
    spec.size_bytes = bytes.size();
    const auto [known, fresh] =
        file_of.emplace(spec.sha256, std::string(to_string(spec.stage)) + ".pt");
    spec.file = known->second;
    if (fresh) imaging::write_whole_file(folder / spec.file, bytes);
    manifest["models"][to_string(spec.stage)] = to_json(spec);
  }
  const std::string text = manifest.dump(2) + "\n";
  imaging::write_whole_file(folder / pipeline::manifest_file_name, {text.begin(), text.end()});
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
    if (of_stage && !of_subgroup && value.is_number()) metrics[key] = value.get<double>();
  }
  return metrics;
}

}  // namespace demask::training

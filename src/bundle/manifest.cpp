// SPDX-License-Identifier: Apache-2.0
#include "bundle/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "bundle/json_reader.hpp"
#include "demask/error.hpp"

namespace demask {

namespace bundle {
namespace {

using nlohmann::json;

constexpr std::array<Stage, 8> all_stages = {Stage::face_detector,     Stage::segmenter,
                                             Stage::landmark_detector, Stage::gender_classifier,
                                             Stage::inpainter_female,  Stage::inpainter_male,
                                             Stage::inpainter_prior,   Stage::shape_model};
constexpr int max_input_size = 8192;

std::string file_name(const JsonReader& entry) {
  std::string name = entry.text("file");
  if (name.find('\0') != std::string::npos) {
    entry.fail("file", "holds a zero byte, where the system would end the name");
  }
  if (name.find_first_of("/\\") != std::string::npos || name == "." || name == "..") {
    entry.fail("file", fmt::format("'{}' is not the plain name of a file in the bundle", name));
  }
  return name;
}

std::string hash(const JsonReader& entry) {
  std::string value = entry.text("sha256");
  const bool hexadecimal = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (value.size() != 64 || !hexadecimal) {
    entry.fail("sha256", "is not 64 lower-case hexadecimal digits");
  }
  return value;
}

std::vector<std::string> class_names(const JsonReader& entry) {
  const json& names = entry.member("class_names");
  const json female_first = {"female", "male"};
  const json male_first = {"male", "female"};
  if (names != female_first && names != male_first) {
    entry.fail("class_names", "is neither [\"female\", \"male\"] nor [\"male\", \"female\"]");
  }
  return names.get<std::vector<std::string>>();
}

std::map<std::string, double> metrics(const JsonReader& entry) {
  std::map<std::string, double> result;
  const json& object = entry.member("metrics");
  if (!object.is_object()) {
    entry.fail("metrics", "is not an object of numbers");
  }
  for (const auto& [key, value] : object.items()) {
    if (!value.is_number()) {
      entry.fail("metrics", fmt::format("has '{}', which is not a number", key));
    }
    result[key] = value.get<double>();
  }
  return result;
}

void read_variant(const JsonReader& entry, ModelSpec& spec) {
  if (spec.stage == Stage::face_detector && entry.has("largest_face")) {
    spec.largest_face = entry.number("largest_face", 16.0, 8192.0);
  }
  if (spec.stage == Stage::segmenter) {
    spec.variant = entry.choice("variant", {"semantic", "instance"});
  }
  if (spec.stage == Stage::landmark_detector) {
    spec.variant = entry.choice("variant", {"points", "heatmap"});
    spec.crop_scale = entry.number("crop_scale", 0.5, 4.0);
    if (entry.has("min_confidence")) {
      spec.min_confidence = entry.number("min_confidence", 0.0, 1.0);
    }
  }
  if (spec.stage == Stage::gender_classifier) {
    spec.class_names = class_names(entry);
  }
  if (spec.stage == Stage::inpainter_prior) {
    spec.variant = entry.choice("variant", {"prior"});
  }
  if (spec.stage == Stage::landmark_detector || spec.stage == Stage::gender_classifier) {
    spec.mirror_average = entry.has("mirror_average") && entry.boolean("mirror_average");
  }
  if (entry.has("landmark_scheme")) {
    const std::int64_t points = entry.integer("landmark_scheme", 68, 98);
    if (points != 68 && points != 98) {
      entry.fail("landmark_scheme", "is neither 68 nor 98");
    }
    spec.landmark_scheme = static_cast<LandmarkScheme>(points);
  } else if (spec.stage == Stage::landmark_detector) {
    entry.fail("landmark_scheme", "is missing");
  }
}

ModelSpec read_model(Stage stage, const json& object, const std::string& where) {
  const JsonReader entry(object, fmt::format("{}.{}", where, to_string(stage)));
  ModelSpec spec;
  spec.stage = stage;
  spec.file = file_name(entry);
  spec.sha256 = hash(entry);
  spec.size_bytes = static_cast<std::uint64_t>(entry.integer("size_bytes", 1, INT64_MAX));
  spec.input_size = static_cast<int>(entry.integer("input_size", 16, max_input_size));
  read_variant(entry, spec);
  if (entry.has("threshold")) {
    spec.threshold = entry.number("threshold", 0.0, 1.0);
  }
  if (entry.has("license")) {
    spec.license = entry.text("license");
  }
  if (entry.has("training_data")) {
    spec.training_data = entry.text("training_data");
  }
  if (entry.has("metrics")) {
    spec.metrics = metrics(entry);
  }
  return spec;
}

TrainingArtifact read_artifact(const std::string& name, const json& object,
                               const std::string& where) {
  const JsonReader entry(object, fmt::format("{}.{}", where, name));
  TrainingArtifact artifact;
  artifact.name = name;
  artifact.file = file_name(entry);
  artifact.sha256 = hash(entry);
  artifact.size_bytes = static_cast<std::uint64_t>(entry.integer("size_bytes", 1, INT64_MAX));
  return artifact;
}

void check_keys(const JsonReader& set, const char* member, const std::set<std::string>& known,
                const char* kind) {
  const json& object = set.member(member);
  if (!object.is_object() || object.empty()) {
    set.fail(member, fmt::format("is not an object with at least one {}", kind));
  }
  for (const auto& [key, value] : object.items()) {
    if (known.count(key) == 0) {
      set.fail(member,
               fmt::format("names a {} '{}', not one of: {}", kind, key, fmt::join(known, ", ")));
    }
  }
}

// Reads "models" and "training_artefacts" of the root, or of a variant of the inpainters.
void read_set(const JsonReader& set, const std::string& where, const std::string& variant,
              const std::set<std::string>& known_stages, Manifest& manifest) {
  check_keys(set, "models", known_stages, "stage");
  const json& models = set.member("models");
  for (const Stage stage : all_stages) {
    if (models.contains(to_string(stage))) {
      manifest.models.push_back(read_model(stage, models[to_string(stage)], where + "models"));
      if (is_inpainter(stage)) {
        manifest.models.back().variant = variant;
      }
    }
  }
  if (set.has("training_artefacts")) {
    check_keys(set, "training_artefacts", {"discriminator_female", "discriminator_male"},
               "training artifact");
    for (const auto& [name, value] : set.member("training_artefacts").items()) {
      manifest.artifacts.push_back(read_artifact(name, value, where + "training_artefacts"));
      manifest.artifacts.back().variant = variant;
    }
  }
}

void read_variant_set(const std::string& name, const json& object, const std::string& origin,
                      Manifest& manifest) {
  if (!is_variant_name(name)) {
    throw Error(
        ErrorCode::bundle_invalid,
        fmt::format("{}: variants: '{}' is not a valid name; use letters, digits, '.', '_' and '-' "
                    "(at most 64)",
                    origin, name));
  }
  const std::string where = fmt::format("{}: variants.{}", origin, name);
  const JsonReader set(object, where);
  read_set(set, where + ".", name, {"inpainter_female", "inpainter_male"}, manifest);
  for (const Stage stage : {Stage::inpainter_female, Stage::inpainter_male}) {
    if (!object["models"].contains(to_string(stage))) {
      set.fail("models",
               fmt::format("has no {}; a variant has one for each gender", to_string(stage)));
    }
  }
  manifest.variants.push_back(name);
}

}  // namespace

bool is_variant_name(const std::string& name) {
  constexpr std::size_t max_length = 64;
  const auto is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= max_length &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

Manifest parse_manifest(const std::string& text, const std::string& origin) {
  const json document = parse_json(text, origin);
  const JsonReader root(document, origin);
  if (root.integer("schema_version", 0, INT32_MAX) != manifest_schema_version) {
    throw Error(
        ErrorCode::bundle_invalid,
        fmt::format("{}: schema_version is {}, but this library reads {}; use a bundle made "
                    "for this version of demask",
                    origin, document["schema_version"].get<int>(), manifest_schema_version));
  }
  Manifest manifest;
  manifest.name = root.text("name");
  manifest.version = root.text("version");
  manifest.license = root.text("license");
  std::set<std::string> stages;
  for (const Stage stage : all_stages) {
    stages.insert(to_string(stage));
  }
  read_set(root, origin + ": ", "", stages, manifest);
  if (root.has("variants")) {
    const json& variants = root.member("variants");
    if (!variants.is_object()) {
      root.fail("variants", "is not an object of inpainter sets by name");
    }
    for (const auto& [name, set] : variants.items()) {
      read_variant_set(name, set, origin, manifest);
    }
  }
  return manifest;
}

}  // namespace bundle
}  // namespace demask

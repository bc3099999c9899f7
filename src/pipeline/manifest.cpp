#include "pipeline/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "demask/error.hpp"

namespace demask {

const char* to_string(Stage stage) noexcept {
  switch (stage) {
    case Stage::face_detector:
      return "face_detector";
    case Stage::segmenter:
      return "segmenter";
    case Stage::landmark_detector:
      return "landmark_detector";
    case Stage::gender_classifier:
      return "gender_classifier";
    case Stage::inpainter_female:
      return "inpainter_female";
    case Stage::inpainter_male:
      return "inpainter_male";
  }
  return "unknown";
}

namespace pipeline {
namespace {

using nlohmann::json;

constexpr std::array<Stage, 6> all_stages = {Stage::face_detector,     Stage::segmenter,
                                             Stage::landmark_detector, Stage::gender_classifier,
                                             Stage::inpainter_female,  Stage::inpainter_male};
constexpr int largest_input = 8192;

// Reads the members of one JSON object and says what is wrong with them.
class Reader {
 public:
  Reader(const json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object_.is_object()) {
      fail("", "is not an object");
    }
  }

  [[noreturn]] void fail(const std::string& key, const std::string& reason) const {
    throw Error(ErrorCode::bundle_invalid, fmt::format("{}{}{} {}; correct the manifest", where_,
                                                       key.empty() ? "" : ": ", key, reason));
  }

  bool has(const std::string& key) const { return object_.contains(key); }

  std::string text(const std::string& key) const {
    const json& value = member(key);
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      fail(key, "is not a text");
    }
    return value.get<std::string>();
  }

  std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most) const {
    const json& value = member(key);
    if (!value.is_number_integer() || value.get<std::int64_t>() < least ||
        value.get<std::int64_t>() > most) {
      fail(key, fmt::format("is not an integer from {} to {}", least, most));
    }
    return value.get<std::int64_t>();
  }

  float number(const std::string& key, double least, double most) const {
    const json& value = member(key);
    if (!value.is_number() || !(value.get<double>() >= least) || !(value.get<double>() <= most)) {
      fail(key, fmt::format("is not a number from {} to {}", least, most));
    }
    return value.get<float>();
  }

  std::string choice(const std::string& key, const std::set<std::string>& choices) const {
    std::string value = text(key);
    if (choices.count(value) == 0) {
      fail(key, fmt::format("is '{}', not one of: {}", value, fmt::join(choices, ", ")));
    }
    return value;
  }

  const json& member(const std::string& key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) {
      fail(key, "is missing");
    }
    return *found;
  }

 private:
  const json& object_;
  std::string where_;
};

std::string file_name(const Reader& entry) {
  std::string name = entry.text("file");
  if (name.find('\0') != std::string::npos) {
    entry.fail("file", "holds a zero byte, where the system would end the name");
  }
  if (name.find_first_of("/\\") != std::string::npos || name == "." || name == "..") {
    entry.fail("file", fmt::format("'{}' is not the plain name of a file in the bundle", name));
  }
  return name;
}

std::string hash(const Reader& entry) {
  std::string value = entry.text("sha256");
  const bool hexadecimal = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (value.size() != 64 || !hexadecimal) {
    entry.fail("sha256", "is not 64 lower-case hexadecimal digits");
  }
  return value;
}

std::vector<std::string> class_names(const Reader& entry) {
  const json& names = entry.member("class_names");
  const json female_first = {"female", "male"};
  const json male_first = {"male", "female"};
  if (names != female_first && names != male_first) {
    entry.fail("class_names", "is neither [\"female\", \"male\"] nor [\"male\", \"female\"]");
  }
  return names.get<std::vector<std::string>>();
}

std::map<std::string, double> metrics(const Reader& entry) {
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

void read_variant(const Reader& entry, ModelSpec& spec) {
  if (spec.stage == Stage::segmenter) {
    spec.variant = entry.choice("variant", {"semantic", "instance"});
  }
  if (spec.stage == Stage::landmark_detector) {
    spec.variant = entry.choice("variant", {"points", "heatmap"});
    spec.crop_scale = entry.number("crop_scale", 0.5, 4.0);
  }
  if (spec.stage == Stage::gender_classifier) {
    spec.class_names = class_names(entry);
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

ModelSpec read_model(Stage stage, const json& object, const std::string& origin) {
  const Reader entry(object, fmt::format("{}: models.{}", origin, to_string(stage)));
  ModelSpec spec;
  spec.stage = stage;
  spec.file = file_name(entry);
  spec.sha256 = hash(entry);
  spec.size_bytes = static_cast<std::uint64_t>(entry.integer("size_bytes", 1, INT64_MAX));
  spec.input_size = static_cast<int>(entry.integer("input_size", 16, largest_input));
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

// JSON leaves open which of two equal keys counts, so a manifest that has them is refused.
class UniqueKeys {
 public:
  explicit UniqueKeys(const std::string& origin) : origin_(origin) {}

  bool operator()(int /*depth*/, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) {
      open_objects_.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      open_objects_.pop_back();
    } else if (event == json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!open_objects_.back().insert(key).second) {
        throw Error(ErrorCode::bundle_invalid,
                    fmt::format("{}: '{}' is given twice; keep one of them", origin_, key));
      }
    }
    return true;
  }

 private:
  std::string origin_;
  std::vector<std::set<std::string>> open_objects_;
};

json parse(const std::string& text, const std::string& origin) {
  try {
    return json::parse(text, UniqueKeys(origin));
  } catch (const json::exception& error) {
    throw Error(ErrorCode::bundle_invalid,
                fmt::format("{}: it is not JSON ({}); correct the manifest", origin, error.what()));
  }
}

}  // namespace

Manifest parse_manifest(const std::string& text, const std::string& origin) {
  const json document = parse(text, origin);
  const Reader root(document, origin);
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
  const json& models = root.member("models");
  if (!models.is_object() || models.empty()) {
    root.fail("models", "is not an object with at least one stage");
  }
  for (const auto& [key, value] : models.items()) {
    const bool known = std::any_of(all_stages.begin(), all_stages.end(),
                                   [&key = key](Stage stage) { return key == to_string(stage); });
    if (!known) {
      root.fail("models", fmt::format("names a stage '{}' that does not exist", key));
    }
  }
  for (const Stage stage : all_stages) {
    if (models.contains(to_string(stage))) {
      manifest.models.push_back(read_model(stage, models[to_string(stage)], origin));
    }
  }
  return manifest;
}

}  // namespace pipeline
}  // namespace demask

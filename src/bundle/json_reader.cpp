// SPDX-License-Identifier: Apache-2.0
#include "bundle/json_reader.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "demask/error.hpp"

namespace demask::bundle {

using nlohmann::json;

JsonReader::JsonReader(const json& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object_.is_object()) {
    fail("", "is not an object");
  }
}

void JsonReader::fail(const std::string& key, const std::string& reason) const {
  throw Error(ErrorCode::bundle_invalid, fmt::format("{}{}{} {}; correct the manifest", where_,
                                                     key.empty() ? "" : ": ", key, reason));
}

const json& JsonReader::member(const std::string& key) const {
  const auto found = object_.find(key);
  if (found == object_.end()) {
    fail(key, "is missing");
  }
  return *found;
}

std::string JsonReader::text(const std::string& key) const {
  const json& value = member(key);
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    fail(key, "is not a text");
  }
  return value.get<std::string>();
}

std::int64_t JsonReader::integer(const std::string& key, std::int64_t min, std::int64_t max) const {
  const json& value = member(key);
  if (!value.is_number_integer() || value.get<std::int64_t>() < min ||
      value.get<std::int64_t>() > max) {
    fail(key, fmt::format("is not an integer from {} to {}", min, max));
  }
  return value.get<std::int64_t>();
}

float JsonReader::number(const std::string& key, double min, double max) const {
  const json& value = member(key);
  if (!value.is_number() || !(value.get<double>() >= min) || !(value.get<double>() <= max)) {
    fail(key, fmt::format("is not a number from {} to {}", min, max));
  }
  return value.get<float>();
}

bool JsonReader::boolean(const std::string& key) const {
  const json& value = member(key);
  if (!value.is_boolean()) {
    fail(key, "is neither true nor false");
  }
  return value.get<bool>();
}

std::string JsonReader::choice(const std::string& key, const std::set<std::string>& choices) const {
  std::string value = text(key);
  if (choices.count(value) == 0) {
    fail(key, fmt::format("is '{}', not one of: {}", value, fmt::join(choices, ", ")));
  }
  return value;
}

namespace {

// JSON does not define which of two equal keys counts, so a manifest that repeats one is refused.
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

}  // namespace

json parse_json(const std::string& text, const std::string& origin) {
  try {
    return json::parse(text, UniqueKeys(origin));
  } catch (const json::exception& error) {
    throw Error(ErrorCode::bundle_invalid,
                fmt::format("{}: it is not JSON ({}); correct the manifest", origin, error.what()));
  }
}

}  // namespace demask::bundle

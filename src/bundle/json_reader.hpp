// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads the JSON of a manifest and reports each malformed member.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace demask::bundle {

/// Reads the members of one JSON object. `where` names the object in errors.
/// Each member function throws Error bundle_invalid naming the member and what is wrong with it.
class JsonReader {
 public:
  JsonReader(const nlohmann::json& object, std::string where);

  [[noreturn]] void fail(const std::string& key, const std::string& reason) const;
  bool has(const std::string& key) const { return object_.contains(key); }
  const nlohmann::json& member(const std::string& key) const;
  /// A string that is not empty.
  std::string text(const std::string& key) const;
  std::int64_t integer(const std::string& key, std::int64_t min, std::int64_t max) const;
  float number(const std::string& key, double min, double max) const;
  bool boolean(const std::string& key) const;
  std::string choice(const std::string& key, const std::set<std::string>& choices) const;

 private:
  const nlohmann::json& object_;
  std::string where_;
};

/// Parses JSON text. `origin` names it in errors.
/// @throws Error bundle_invalid if it is not JSON or an object has a key twice.
nlohmann::json parse_json(const std::string& text, const std::string& origin);

}  // namespace demask::bundle

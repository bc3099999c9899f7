// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Makes bundles in memory of single test modules.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "bundle/sha256.hpp"
#include "demask/model_bundle.hpp"

namespace demask::test {

/// A bundle in memory, made of the modules that tests/data/make_modules.py writes.
class ModuleBundle {
 public:
  /// Adds a module to the default set or to a variant. `more` has the other members of its entry.
  void add(const std::string& stage, const std::string& module, const nlohmann::json& more,
           const std::string& variant = {}) {
    const std::string file = module + ".pt";
    std::ifstream stream(std::filesystem::path(DEMASK_TEST_MODULES) / file, std::ios::binary);
    std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(stream), {});
    nlohmann::json entry = more;
    entry["file"] = file;
    entry["sha256"] = bundle::sha256_hex(bytes.data(), bytes.size());
    entry["size_bytes"] = bytes.size();
    nlohmann::json& set = variant.empty() ? manifest_ : manifest_["variants"][variant];
    set["models"][stage] = entry;
    files_[file] = std::move(bytes);
  }

  ModelBundle bundle() const {
    BundleFiles files = files_;
    const std::string text = manifest_.dump();
    files["manifest.json"] = {text.begin(), text.end()};
    return ModelBundle::from_memory(std::move(files));
  }

 private:
  nlohmann::json manifest_ = {
      {"schema_version", 1}, {"name", "modules"}, {"version", "1"}, {"license", "none"}};
  BundleFiles files_;
};

}  // namespace demask::test

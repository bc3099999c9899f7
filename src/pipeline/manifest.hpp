#pragma once

/// @file
/// manifest.json: what a bundle says of itself.

#include <string>
#include <vector>

#include "demask/model_spec.hpp"

namespace demask::pipeline {

struct Manifest {
  std::string name;
  std::string version;
  std::string license;
  std::vector<ModelSpec> models;  ///< In the order of Stage; at most one of each.
};

inline constexpr int manifest_schema_version = 1;
inline constexpr const char* manifest_file_name = "manifest.json";

/// Reads and checks the text of a manifest. `origin` names it in error messages.
/// @throws Error bundle_invalid naming the entry, what is wrong with it and what it should be.
Manifest parse_manifest(const std::string& text, const std::string& origin);

}  // namespace demask::pipeline

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// manifest.json, the description of a bundle.

#include <string>
#include <vector>

#include "demask/model_spec.hpp"

namespace demask::bundle {

struct Manifest {
  std::string name;
  std::string version;
  std::string license;
  /// At most one model per stage, in the order of Stage; then the inpainters of each variant.
  std::vector<ModelSpec> models;
  std::vector<std::string> variants;  ///< Names of the alternative sets of inpainters.
  std::vector<TrainingArtifact> artifacts;
};

inline constexpr int manifest_schema_version = 1;
inline constexpr const char* manifest_file_name = "manifest.json";

/// Whether `name` is valid for a variant: 1 to 64 letters, digits, '.', '_' and '-'.
bool is_variant_name(const std::string& name);

/// Parses and checks the text of a manifest. `origin` names it in error messages.
/// @throws Error bundle_invalid naming the entry, what is wrong with it and what is expected.
Manifest parse_manifest(const std::string& text, const std::string& origin);

}  // namespace demask::bundle

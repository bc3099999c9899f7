#pragma once

/// @file
/// manifest.json: what a bundle says of itself.

#include <string>
#include <vector>

#include "demask/model_spec.hpp"

namespace demask::bundle {

struct Manifest {
  std::string name;
  std::string version;
  std::string license;
  /// In the order of Stage, at most one of each; then the inpainters of each variant.
  std::vector<ModelSpec> models;
  std::vector<std::string> variants;  ///< Names of the further sets of inpainters.
  std::vector<TrainingArtefact> artefacts;
};

inline constexpr int manifest_schema_version = 1;
inline constexpr const char* manifest_file_name = "manifest.json";

/// Whether a set of inpainters may be called so: 1 to 64 letters, digits, '.', '_' and '-'.
bool is_variant_name(const std::string& name);

/// Reads and checks the text of a manifest. `origin` names it in error messages.
/// @throws Error bundle_invalid naming the entry, what is wrong with it and what it should be.
Manifest parse_manifest(const std::string& text, const std::string& origin);

}  // namespace demask::bundle

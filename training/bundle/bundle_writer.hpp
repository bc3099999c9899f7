// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Writes bundles of TorchScript models.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "demask/model_spec.hpp"

namespace demask::training {

/// A model to put into a bundle. `spec` is complete except for `file`, `sha256` and `size_bytes`.
struct BundleModel {
  ModelSpec spec;
  std::filesystem::path source;  ///< TorchScript file.
};

/// A discriminator to list in a bundle and to store beside its models. `artifact` is complete
/// except for `file`, `sha256` and `size_bytes`.
struct BundleArtifact {
  TrainingArtifact artifact;
  std::filesystem::path source;  ///< TorchScript file; copied unchanged.
};

struct BundleOptions {
  std::string name;
  std::string version;
  std::string license;
  bool half = true;  ///< Store weights in 16 bits.
};

/// Writes a folder that ModelBundle::open() opens: STAGE.pt for each model, STAGE.VARIANT.pt for
/// an inpainter of a variant, NAME.pt for each artifact and then, atomically, manifest.json.
/// Identical models share one file. To verify the result, the folder is opened, its hashes are
/// checked and each model is loaded.
/// @throws Error unreadable_file, unwritable_file, model_invalid, bundle_invalid.
void write_bundle(const std::filesystem::path& folder, const BundleOptions& options,
                  const std::vector<BundleModel>& models,
                  const std::vector<BundleArtifact>& artifacts = {});

/// The figures of an evaluation that belong to a stage: those whose key begins with the stage's
/// prefix, without subgroups.
std::map<std::string, double> metrics_of(Stage stage, const std::filesystem::path& evaluation);

}  // namespace demask::training

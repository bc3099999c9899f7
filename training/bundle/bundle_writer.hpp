#pragma once

/// @file
/// Writes bundles of TorchScript models.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "demask/model_spec.hpp"

namespace demask::training {

/// A model to put into a bundle. `spec` is filled but for `file`, `sha256` and `size_bytes`.
struct BundleModel {
  ModelSpec spec;
  std::filesystem::path source;  ///< TorchScript file.
};

/// A discriminator to name in a bundle and to put beside its models. `artefact` is filled but for
/// `file`, `sha256` and `size_bytes`.
struct BundleArtefact {
  TrainingArtefact artefact;
  std::filesystem::path source;  ///< TorchScript file; it is copied as it is.
};

struct BundleOptions {
  std::string name;
  std::string version;
  std::string license;
  bool half = true;  ///< Store weights in 16 bits.
};

/// Writes a folder that ModelBundle::open() opens: STAGE.pt of each model, STAGE.VARIANT.pt of an
/// inpainter of a variant, likewise NAME.pt of the artefacts, then, atomically, a manifest.json.
/// Models that are equal share one file. The folder is then opened, its hashes are checked and each
/// model is loaded.
/// @throws Error unreadable_file, unwritable_file, model_invalid, bundle_invalid.
void write_bundle(const std::filesystem::path& folder, const BundleOptions& options,
                  const std::vector<BundleModel>& models,
                  const std::vector<BundleArtefact>& artefacts = {});

/// The figures of an evaluation that belong to a stage: those whose key begins with the stage's
/// prefix, subgroups left out.
std::map<std::string, double> metrics_of(Stage stage, const std::filesystem::path& evaluation);

}  // namespace demask::training

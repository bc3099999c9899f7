// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Model bundles: opening them, verifying their files, and loading their models.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "demask/export.hpp"
#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/model_spec.hpp"
#include "demask/prior_inpainter.hpp"
#include "demask/runtime_options.hpp"
#include "demask/segmenter.hpp"
#include "demask/shape_model.hpp"

namespace demask {

/// The files of a bundle held in memory: contents by file name, as the manifest names them, plus
/// "manifest.json".
using BundleFiles = std::map<std::string, std::vector<std::uint8_t>>;

/// Limits on the size of a bundle's model files. A manifest that lists larger files is refused
/// before any of them is read. A file whose size differs from the manifest's is always refused.
struct BundleLimits {
  std::uint64_t max_file_bytes = std::uint64_t{1} << 30U;   ///< For each file; default 1 GiB.
  std::uint64_t max_total_bytes = std::uint64_t{4} << 30U;  ///< For all files; default 4 GiB.
};

/// A set of models described by a manifest.json of schema version 1. Opening reads and checks the
/// manifest; a model file is read, checked against its SHA-256 and loaded on demand. A bundle may
/// hold several sets of inpainters: an unnamed default set and named variants (for example, one for
/// each data set they were trained on). with_variant() chooses one.
///
/// @code
/// const demask::ModelBundle bundle = demask::ModelBundle::open("models/default");
/// bundle.verify();
/// for (const demask::ModelSpec& model : bundle.models()) {
///   std::printf("%s: %s\n", demask::to_string(model.stage), model.file.c_str());
/// }
/// const demask::FaceReconstructor reconstructor(bundle);
/// @endcode
///
/// A bundle is immutable, and any number of threads may use it at once; copies share the content.
class DEMASK_API ModelBundle {
 public:
  /// Opens a folder. All files must lie inside it: a symbolic link that leads out of the folder is
  /// refused when the file is needed.
  /// @throws Error bundle_not_found (no such folder or no manifest.json in it), unreadable_file (no
  ///         permission to read manifest.json), bundle_invalid.
  [[nodiscard]] static ModelBundle open(const std::filesystem::path& folder,
                                        const BundleLimits& limits = {});
  /// Opens a bundle held in memory. @throws Error bundle_invalid.
  [[nodiscard]] static ModelBundle from_memory(BundleFiles files, const BundleLimits& limits = {});
  /// Opens the first bundle found in: the folder named by the environment variable DEMASK_MODELS
  /// (if set, no other place is tried), share/demask/models/default under the library's install
  /// prefix, and models/default in the source tree that the library was built from.
  /// @throws Error bundle_not_found, naming every place that was tried, or bundle_invalid.
  [[nodiscard]] static ModelBundle find_default(const BundleLimits& limits = {});

  /// The name of the bundle.
  [[nodiscard]] const std::string& name() const noexcept;
  /// The version of the bundle, which is independent of the library's.
  [[nodiscard]] const std::string& version() const noexcept;
  /// The license of the models.
  [[nodiscard]] const std::string& license() const noexcept;
  /// The folder of the bundle; empty for a bundle held in memory.
  [[nodiscard]] const std::filesystem::path& folder() const noexcept;
  /// All models, including those of every variant.
  [[nodiscard]] const std::vector<ModelSpec>& models() const noexcept;
  /// The networks that the models were trained with. They are only listed, never loaded.
  [[nodiscard]] const std::vector<TrainingArtifact>& training_artifacts() const noexcept;

  /// The names of the variants, the sets of inpainters besides the default set, sorted.
  [[nodiscard]] const std::vector<std::string>& variants() const noexcept;
  /// The name of the chosen set of inpainters; empty for the default set.
  [[nodiscard]] const std::string& variant() const noexcept;
  /// Returns this bundle with another set of inpainters chosen; an empty name stands for the
  /// default set.
  /// @throws Error invalid_argument, naming the sets that exist, if there is no such set.
  [[nodiscard]] ModelBundle with_variant(const std::string& name) const;

  /// Whether the bundle has a model for a stage; for inpainters, whether the chosen set has one.
  [[nodiscard]] bool has(Stage stage) const noexcept;
  /// The model of a stage; for inpainters, the one in the chosen set.
  /// @throws Error bundle_invalid if the bundle has no model for the stage.
  [[nodiscard]] const ModelSpec& spec(Stage stage) const;
  /// Reads every model file and every training artifact that is present, and compares their hashes.
  /// @throws Error unreadable_file, hash_mismatch, or bundle_invalid (a link out of the folder).
  void verify() const;

  /// Loads the face detector. Every load function reads and loads its model again on each call, so
  /// keep the returned object. Without a face detector, a bundle whose segmenter is of variant
  /// `instance` gives a detector that finds faces by the masks they wear (see
  /// make_mask_face_detector()).
  /// @throws Error bundle_invalid (stage not in the bundle, link out of the folder),
  ///         unreadable_file, hash_mismatch, model_invalid, device_unavailable.
  [[nodiscard]] std::unique_ptr<FaceDetector> load_face_detector(
      const RuntimeOptions& options = {}) const;
  /// Loads the segmenter. @throws Error as load_face_detector().
  [[nodiscard]] std::unique_ptr<Segmenter> load_segmenter(const RuntimeOptions& options = {}) const;
  /// Loads the landmark detector. @throws Error as load_face_detector().
  [[nodiscard]] std::unique_ptr<LandmarkDetector> load_landmark_detector(
      const RuntimeOptions& options = {}) const;
  /// Loads the gender classifier. @throws Error as load_face_detector().
  [[nodiscard]] std::unique_ptr<GenderClassifier> load_gender_classifier(
      const RuntimeOptions& options = {}) const;
  /// Loads the inpainter of a gender, from the chosen set. @throws Error as load_face_detector().
  [[nodiscard]] std::unique_ptr<Inpainter> load_inpainter(Gender gender,
                                                          const RuntimeOptions& options = {}) const;
  /// Loads the prior inpainter, which paints for Quality::fine and Quality::best.
  /// @throws Error as load_face_detector().
  [[nodiscard]] std::unique_ptr<PriorInpainter> load_prior_inpainter(
      const RuntimeOptions& options = {}) const;

  /// Loads the shape model. @throws Error as load_face_detector().
  [[nodiscard]] std::unique_ptr<ShapeModel> load_shape_model(
      const RuntimeOptions& options = {}) const;

 private:
  struct Content;
  explicit ModelBundle(std::shared_ptr<const Content> content);
  const ModelSpec* find(Stage stage) const noexcept;
  std::shared_ptr<const Content> content_;
  std::string variant_;
};

}  // namespace demask

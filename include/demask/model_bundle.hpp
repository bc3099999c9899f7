#pragma once

/// @file
/// A folder (or memory) of verified models.

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
#include "demask/runtime_options.hpp"
#include "demask/segmenter.hpp"

namespace demask {

/// The bytes of a bundle held in memory: file name (as in the manifest, and "manifest.json") to
/// content.
using BundleFiles = std::map<std::string, std::vector<std::uint8_t>>;

/// How large the model files of a bundle may be; a manifest that tells of more is refused before
/// any of them is read. A file whose size is not that of the manifest is refused in any case.
struct BundleLimits {
  std::uint64_t max_file_bytes = std::uint64_t{1} << 30U;   ///< Of one file; default 1 GiB.
  std::uint64_t max_total_bytes = std::uint64_t{4} << 30U;  ///< Of all together; default 4 GiB.
};

/// A set of models described by a manifest.json of schema version 1. Opening reads and checks the
/// manifest; a model file is read, checked against its SHA-256 and loaded when it is asked for.
/// A bundle may hold several sets of inpainters: a default one without a name, and variants by name
/// (say, one for each data set they were trained on). with_variant() chooses one.
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
/// A bundle is immutable and may be used by any number of threads; copies share the content.
class DEMASK_API ModelBundle {
 public:
  /// Opens a folder. Its files must lie in it: a symbolic link that leads out is refused when the
  /// file is needed.
  /// @throws Error bundle_not_found (no such folder or no manifest.json in it), unreadable_file (a
  ///         manifest.json that may not be read), bundle_invalid.
  [[nodiscard]] static ModelBundle open(const std::filesystem::path& folder,
                                        const BundleLimits& limits = {});
  /// Takes a bundle from memory. @throws Error bundle_invalid.
  [[nodiscard]] static ModelBundle from_memory(BundleFiles files, const BundleLimits& limits = {});
  /// Opens the first of: the folder named by the environment variable DEMASK_MODELS (if set, only
  /// that), share/demask/models/default of the prefix that the library is installed in, and
  /// models/default of the source tree it was built from.
  /// @throws Error bundle_not_found naming every place, bundle_invalid.
  [[nodiscard]] static ModelBundle find_default(const BundleLimits& limits = {});

  /// Name of the bundle.
  [[nodiscard]] const std::string& name() const noexcept;
  /// Version of the models, which is not that of the library.
  [[nodiscard]] const std::string& version() const noexcept;
  /// Who may use the models for what.
  [[nodiscard]] const std::string& license() const noexcept;
  /// The folder, or empty for memory.
  [[nodiscard]] const std::filesystem::path& folder() const noexcept;
  /// All models, those of every variant included.
  [[nodiscard]] const std::vector<ModelSpec>& models() const noexcept;
  /// What the models were trained with; only named here, never loaded.
  [[nodiscard]] const std::vector<TrainingArtefact>& training_artefacts() const noexcept;

  /// The names of the sets of inpainters besides the default one, sorted.
  [[nodiscard]] const std::vector<std::string>& variants() const noexcept;
  /// The set of inpainters that is chosen; empty for the default one.
  [[nodiscard]] const std::string& variant() const noexcept;
  /// The same bundle with another set of inpainters chosen; an empty name is the default set.
  /// @throws Error invalid_argument if there is no such set, naming those that are.
  [[nodiscard]] ModelBundle with_variant(const std::string& name) const;

  /// Whether there is a model for a stage; of inpainters, in the set that is chosen.
  [[nodiscard]] bool has(Stage stage) const noexcept;
  /// The model of a stage; of inpainters, that of the set that is chosen.
  /// @throws Error bundle_invalid if the bundle has no such stage.
  [[nodiscard]] const ModelSpec& spec(Stage stage) const;
  /// Reads every model file, and the training artefacts that are there, and compares the hashes.
  /// @throws Error unreadable_file, hash_mismatch or bundle_invalid (a link out of the folder).
  void verify() const;

  /// Each loads its model anew; keep what is returned.
  /// @throws Error bundle_invalid (stage not in the bundle, link out of the folder),
  ///         unreadable_file, hash_mismatch, model_invalid, device_unavailable.
  ///
  /// Of a bundle that has no face detector but a segmenter of variant `instance`, a detector that
  /// finds faces by the masks they wear (see make_mask_face_detector()).
  [[nodiscard]] std::unique_ptr<FaceDetector> load_face_detector(
      const RuntimeOptions& options = {}) const;
  /// See load_face_detector().
  [[nodiscard]] std::unique_ptr<Segmenter> load_segmenter(const RuntimeOptions& options = {}) const;
  /// See load_face_detector().
  [[nodiscard]] std::unique_ptr<LandmarkDetector> load_landmark_detector(
      const RuntimeOptions& options = {}) const;
  /// See load_face_detector().
  [[nodiscard]] std::unique_ptr<GenderClassifier> load_gender_classifier(
      const RuntimeOptions& options = {}) const;
  /// See load_face_detector().
  [[nodiscard]] std::unique_ptr<Inpainter> load_inpainter(Gender gender,
                                                          const RuntimeOptions& options = {}) const;

 private:
  struct Content;
  explicit ModelBundle(std::shared_ptr<const Content> content);
  const ModelSpec* find(Stage stage) const noexcept;
  std::shared_ptr<const Content> content_;
  std::string variant_;
};

}  // namespace demask

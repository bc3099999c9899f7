// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The main entry point: takes a photo and returns it with the masks replaced by faces.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/image.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/model_bundle.hpp"
#include "demask/quality.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/result.hpp"
#include "demask/runtime_options.hpp"
#include "demask/segmenter.hpp"
#include "demask/stages.hpp"

namespace demask {

namespace pipeline {
class StageProvider;
}

/// Finds masked faces in photos and paints what the masks hide. A segmenter that takes whole photos
/// (variant `instance`) can also stand in for a missing face detector: it finds the faces by their
/// masks (see make_mask_face_detector()), and bare faces are not reported. With a face detector,
/// each mask such a segmenter finds is assigned to the face whose lower part it covers most. The
/// output is a plausible guess and never an identification.
///
/// @code
/// const demask::FaceReconstructor reconstructor;  // with the default bundle
/// const demask::Result result = reconstructor.reconstruct(demask::read_image("photo.jpg"));
/// demask::EncodeOptions encoding;
/// encoding.metadata_source = "photo.jpg";
/// encoding.synthetic = demask::any_reconstructed(result);
/// demask::write_image("unmasked.jpg", result.photo, encoding);
/// @endcode
///
/// Immutable after construction: any number of threads may call one object at once. A model is
/// loaded when it is first needed; while the detector searches the first photo, a background thread
/// starts to load the models that a face will need. The host's thread settings and allocator are
/// left unchanged.
class DEMASK_API FaceReconstructor {
 public:
  /// Uses the default bundle (ModelBundle::find_default()).
  /// @throws Error as ModelBundle::find_default().
  explicit FaceReconstructor(const RuntimeOptions& options = {});
  /// Uses the models of a bundle, with the set of inpainters chosen in it
  /// (ModelBundle::with_variant()). The reconstructor keeps what it needs of the bundle.
  explicit FaceReconstructor(const ModelBundle& bundle, const RuntimeOptions& options = {});
  /// Uses your own stages, and the bundle's where a pointer in `stages` is null.
  FaceReconstructor(const ModelBundle& bundle, Stages stages, const RuntimeOptions& options = {});
  /// Uses your own stages only. A call that needs a missing stage throws Error bundle_invalid.
  explicit FaceReconstructor(Stages stages);
  ~FaceReconstructor();
  FaceReconstructor(FaceReconstructor&&) noexcept;
  FaceReconstructor& operator=(FaceReconstructor&&) noexcept;

  /// Reconstructs one photo. Pixels outside `Result::changed` are bit-identical to the input.
  /// @throws Error invalid_image, image_too_large, invalid_argument (options), cancelled,
  ///         model_invalid (a stage returned a malformed result), out_of_memory, and the errors of
  ///         load_all().
  [[nodiscard]] Result reconstruct(const ImageView& photo,
                                   const ReconstructOptions& options = {}) const;
  /// Reconstructs one photo; takes temporaries too. @throws Error as the overload for views.
  [[nodiscard]] Result reconstruct(const Image& photo,
                                   const ReconstructOptions& options = {}) const {
    return reconstruct(photo.view(), options);
  }

  /// Reconstructs many photos; each network runs on faces of several photos at once. Options that
  /// belong to a single photo (mask, boxes, landmarks) may not be set. Each photo gets its own
  /// result or error. Pass a `std::vector<Image> images` as
  /// `std::vector<ImageView>(images.begin(), images.end())`. Do not pass the photos in braces:
  /// `reconstruct({photo})` calls the overload for one photo.
  /// @throws Error invalid_argument, cancelled, out_of_memory, and the errors of load_all().
  [[nodiscard]] std::vector<BatchResult> reconstruct(const std::vector<ImageView>& photos,
                                                     const ReconstructOptions& options = {}) const;

  /// Loads every model that is not yet loaded, so that no later call with this quality, or a lower
  /// one, waits for it.
  /// @throws Error bundle_invalid (a model is missing), unreadable_file, hash_mismatch,
  ///         model_invalid, device_unavailable, out_of_memory.
  void load_all(Quality quality = Quality::best) const;

  /// Whether the bundle or the stages given have a prior inpainter. Without one, faces are painted
  /// with Quality::fast whatever the options say.
  [[nodiscard]] bool has_prior_inpainter() const noexcept;

 private:
  friend class VideoReconstructor;
  std::shared_ptr<const pipeline::StageProvider> stages_;
};

}  // namespace demask

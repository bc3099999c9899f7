#pragma once

/// @file
/// The facade: a photo goes in, the photo with the faces under the masks comes out.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/image.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/model_bundle.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/result.hpp"
#include "demask/runtime_options.hpp"
#include "demask/segmenter.hpp"
#include "demask/stages.hpp"

namespace demask {

namespace pipeline {
class StageProvider;
}

/// Finds masked faces and paints what the masks hide. Without a face detector, a segmenter that
/// sees whole photos (variant `instance`) finds the faces too, by their masks as
/// make_mask_face_detector() describes; bare faces are then not reported. With one, each mask goes
/// to the face whose lower part it covers most. The output is a plausible guess and never an
/// identification.
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
/// loaded when it is first needed; while the first photo is searched for faces, a thread of the
/// object's own begins to load what a face will need. Neither the host's threads nor its allocator
/// are changed.
class DEMASK_API FaceReconstructor {
 public:
  /// With the default bundle (ModelBundle::find_default()).
  /// @throws as ModelBundle::find_default().
  explicit FaceReconstructor(const RuntimeOptions& options = {});
  /// With the models of a bundle, which is kept as long as it is needed. The inpainters are those
  /// of the bundle's set that is chosen (ModelBundle::with_variant()).
  explicit FaceReconstructor(const ModelBundle& bundle, const RuntimeOptions& options = {});
  /// Own stages in place of the bundle's.
  FaceReconstructor(const ModelBundle& bundle, Stages stages, const RuntimeOptions& options = {});
  /// Own stages only; one that is needed and missing is an Error bundle_invalid of the call.
  explicit FaceReconstructor(Stages stages);
  ~FaceReconstructor();
  FaceReconstructor(FaceReconstructor&&) noexcept;
  FaceReconstructor& operator=(FaceReconstructor&&) noexcept;

  /// One photo. Pixels outside `Result::changed` are bit-identical to the input.
  /// @throws Error invalid_image, image_too_large, invalid_argument (options), cancelled, and those
  ///         of loading a model.
  [[nodiscard]] Result reconstruct(const ImageView& photo,
                                   const ReconstructOptions& options = {}) const;
  /// Reconstructs an image, a temporary included. @throws as for a view.
  [[nodiscard]] Result reconstruct(const Image& photo,
                                   const ReconstructOptions& options = {}) const {
    return reconstruct(photo.view(), options);
  }

  /// Many photos, with faces of several photos in one batch of each network. Options that belong to
  /// one photo (mask, boxes, landmarks) may not be set. Each photo has a result or an error.
  /// @throws Error invalid_argument, cancelled, and those of loading a model.
  [[nodiscard]] std::vector<BatchResult> reconstruct(const std::vector<ImageView>& photos,
                                                     const ReconstructOptions& options = {}) const;

  /// Loads every model that is not yet loaded, so that no later call pays for it.
  void load_all() const;

 private:
  friend class VideoReconstructor;
  std::shared_ptr<const pipeline::StageProvider> stages_;
};

}  // namespace demask

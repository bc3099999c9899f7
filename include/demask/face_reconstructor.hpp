#pragma once

/// @file
/// The facade: a photo goes in, the photo with the faces under the masks comes out.

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "demask/error.hpp"
#include "demask/export.hpp"
#include "demask/face_detector.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/inpainter.hpp"
#include "demask/landmark_detector.hpp"
#include "demask/model_bundle.hpp"
#include "demask/runtime_options.hpp"
#include "demask/segmenter.hpp"

namespace demask {

namespace pipeline {
class StageProvider;
}

/// Which generator to use. Values are those of the C ABI.
enum class GenderChoice : int { automatic = 0, female = 1, male = 2 };

/// How the painted face is joined to the photo. Values are those of the C ABI.
enum class BlendMode : int {
  feather = 0,  ///< Colour matched along the rim and faded in over a few pixels inside the hole.
  poisson = 1,  ///< Gradients are copied and the colours solved for (Perez et al., SIGGRAPH 2003).
  none = 2      ///< Pasted as painted.
};

/// Which of the faces found are worked on. Values are those of the C ABI.
enum class FaceSelection : int { all = 0, largest = 1, index = 2 };

/// What happened to a face. Values are those of the C ABI.
enum class FaceStatus : int {
  reconstructed = 0,
  no_mask = 1,              ///< No worn mask was found; the face is untouched.
  too_small = 2,            ///< The face is below `min_face_size`; the face is untouched.
  not_selected = 3,         ///< `selection` leaves it out; only box and score are filled.
  landmarks_unreliable = 4  ///< The landmarks make no face or are below `min_landmark_confidence`,
                            ///< or what was found to be its mask hides the eyes; the face is
                            ///< untouched.
};

/// The name of a value, such as "no_mask" or "inpaint".
DEMASK_API const char* to_string(FaceStatus status) noexcept;

/// Stages of one call, in order, for progress and times. Values are those of the C ABI.
enum class PipelineStep : int {
  detect = 0,
  landmarks = 1,
  segment = 2,
  gender = 3,
  inpaint = 4,
  composite = 5
};
inline constexpr int pipeline_step_count = 6;  ///< Number of PipelineStep values.

/// The name of a value, such as "no_mask" or "inpaint".
DEMASK_API const char* to_string(PipelineStep step) noexcept;

/// How far a call has come: `done` of `total` units of `step`.
struct Progress {
  PipelineStep step = PipelineStep::detect;  ///< What is worked on.
  int done = 0;                              ///< Units that are done.
  int total = 0;                             ///< Units in all.
};

/// Parameters of one call.
struct ReconstructOptions {
  GenderChoice gender = GenderChoice::automatic;  ///< Which generator paints.
  /// In [0, 0.5]: with `automatic`, a probability below 0.5 + margin is reported as uncertain.
  float gender_margin = 0.15F;
  /// Also return the photo with the other generator's work for the uncertain faces.
  bool both_when_uncertain = false;

  /// A mask given by the caller instead of the segmenter's: gray, of the photo's size; null data
  /// means none. Levels of 128 and more are covered (with `mask_inverted`, levels below 128).
  ImageView mask{nullptr, 0, 0, 0, PixelFormat::gray};
  bool mask_inverted = false;  ///< `mask` covers where it is dark.
  /// Face boxes given by the caller instead of the detector's.
  std::vector<Box> boxes;
  /// Landmarks given by the caller instead of the detector's, one set per face; boxes are then not
  /// needed. Scheme ibug68 or wflw98.
  std::vector<Landmarks> landmarks;

  /// Growth of the mask before painting, as a fraction of the canonical face's side, in [0, 0.25].
  float mask_dilation = 0.02F;
  BlendMode blend = BlendMode::feather;          ///< How a painted face is joined to the photo.
  FaceSelection selection = FaceSelection::all;  ///< Which faces are worked on.
  int face_index = 0;  ///< With FaceSelection::index: position in the order of detection score.

  /// In [0, 1]; negative takes the model's own. Where masks are what faces are found by, it is the
  /// least score of a mask; the segmenter's own threshold holds as well.
  float detection_threshold = -1.0F;
  float segmentation_threshold = -1.0F;  ///< In [0, 1]; negative takes the model's own.
  float min_face_size = 24.0F;           ///< Pixels of the box's larger side; smaller is too_small.
  /// Fraction of the canonical face, in [0, 1]: a mask smaller than this is no worn mask.
  float min_mask_area = 0.02F;
  /// In [0, 1]; negative takes the model's own. A face whose landmarks have a smaller confidence in
  /// the mean is left as it is: it is seen from the side or from behind, or is none, and what would
  /// be painted fits nothing. In a video three quarters of it suffice where the frame before had
  /// it. Landmarks given by the caller are taken whatever their confidence.
  float min_landmark_confidence = -1.0F;
  std::int64_t max_pixels = default_max_pixels;  ///< A photo with more is refused.

  /// Called between units of work from the calling thread; may be empty.
  std::function<void(const Progress&)> progress;
  /// Asked between units of work from the calling thread; true ends the call with Error cancelled.
  /// May be empty.
  std::function<bool()> cancelled;
};

/// A binary mask over the rectangle of the photo whose top left pixel is (x, y): 255 is covered.
struct MaskRegion {
  int x = 0;     ///< Left column.
  int y = 0;     ///< Top row.
  Image pixels;  ///< Gray; empty if there is no mask.
};

/// What was found and done for one face.
struct FaceResult {
  FaceStatus status = FaceStatus::no_mask;  ///< What became of the face.
  Box box;                                  ///< In pixels of the photo.
  float score = 0.0F;   ///< Of the detection; 1 for boxes or landmarks given by the caller.
  Landmarks landmarks;  ///< In pixels of the photo; empty if not looked for.
  MaskRegion mask;  ///< All that was painted: the mask, grown, and the straps found to leave it.
  std::optional<GenderEstimate> gender;  ///< Absent if it was not decided.
  bool gender_uncertain = false;         ///< The probability is below 0.5 + `gender_margin`.
  /// Canonical face, RGB 256 x 256. Where a mask hangs below the square of canonical_similarity(),
  /// the face is smaller around its eyes, so that all of the mask lies in it.
  Image aligned_before;
  Image aligned_mask;         ///< Canonical hole, gray 256 x 256.
  Image aligned_after;        ///< Canonical reconstruction, RGB 256 x 256.
  Image aligned_alternative;  ///< The other generator's, with `both_when_uncertain`.
  std::array<double, pipeline_step_count> milliseconds{};  ///< By PipelineStep.
};

/// What came of one photo.
struct Result {
  Image photo;    ///< In the size and pixel format of the input; alpha is kept.
  Image changed;  ///< Gray, of the photo's size: 255 where a pixel may differ from the input.
  Image alternative_photo;        ///< With `both_when_uncertain` and an uncertain face; else empty.
  std::vector<FaceResult> faces;  ///< Best detection score first.
  double detect_milliseconds = 0.0;  ///< Spent on finding the faces.
};

/// Outcome of one photo of a batch: a result, or the error that befell it.
struct BatchResult {
  std::optional<Result> result;  ///< Absent if there is an error.
  std::optional<Error> error;    ///< Absent if there is a result.
};

/// The stages a reconstructor is made of. A stage that is null is taken from the bundle, if any.
struct Stages {
  std::shared_ptr<const FaceDetector> face_detector;          ///< Finds faces.
  std::shared_ptr<const Segmenter> segmenter;                 ///< Finds worn masks.
  std::shared_ptr<const LandmarkDetector> landmark_detector;  ///< Finds landmarks.
  std::shared_ptr<const GenderClassifier> gender_classifier;  ///< Chooses the generator.
  std::shared_ptr<const Inpainter> inpainter_female;          ///< Paints female faces.
  std::shared_ptr<const Inpainter> inpainter_male;            ///< Paints male faces.
};

/// Finds masked faces and paints what the masks hide. Without a face detector, a segmenter that
/// sees whole photos (variant `instance`) finds the faces too, by their masks as
/// make_mask_face_detector() describes; bare faces are then not reported. With one, each mask goes
/// to the face whose lower part it covers most. The output is a plausible guess and never an
/// identification.
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
  Result reconstruct(const ImageView& photo, const ReconstructOptions& options = {}) const;

  /// Many photos, with faces of several photos in one batch of each network. Options that belong to
  /// one photo (mask, boxes, landmarks) may not be set. Each photo has a result or an error.
  /// @throws Error invalid_argument, cancelled, and those of loading a model.
  std::vector<BatchResult> reconstruct(const std::vector<ImageView>& photos,
                                       const ReconstructOptions& options = {}) const;

  /// Loads every model that is not yet loaded, so that no later call pays for it.
  void load_all() const;

 private:
  friend class VideoReconstructor;
  std::shared_ptr<const pipeline::StageProvider> stages_;
};

}  // namespace demask

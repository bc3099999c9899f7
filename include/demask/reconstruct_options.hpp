#pragma once

/// @file
/// The parameters of one call of a FaceReconstructor.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "demask/blend.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/progress.hpp"

namespace demask {

/// Which generator to use. Values are those of `demask_gender` in the C ABI, and not those of
/// Gender.
enum class GenderChoice : int { automatic = 0, female = 1, male = 2 };

/// Which of the faces found are worked on. Values are those of the C ABI.
enum class FaceSelection : int { all = 0, largest = 1, index = 2 };

/// Parameters of one call. What is optional and absent is found by the models, or is as the
/// bundle's manifest says.
///
/// @code
/// demask::ReconstructOptions options;
/// options.gender = demask::GenderChoice::female;
/// options.detection_threshold = 0.7F;  // fewer faces than by the model's own threshold
/// options.boxes = {{120.0F, 80.0F, 200.0F, 260.0F}};
/// @endcode
struct ReconstructOptions {
  GenderChoice gender = GenderChoice::automatic;  ///< Which generator paints.
  /// In [0, 0.5]: with `automatic`, a probability below 0.5 + margin is reported as uncertain.
  float gender_margin = 0.15F;
  /// Also return the photo with the other generator's work for the uncertain faces.
  bool both_when_uncertain = false;

  /// A mask given by the caller instead of the segmenter's: gray, of the photo's size. Levels of
  /// 128 and more are covered (with `mask_inverted`, levels below 128). Its pixels must live until
  /// the call returns.
  std::optional<ImageView> mask;
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

  /// Smallest score of a face, in [0, 1]; the model's own if absent. Where faces are found by their
  /// masks, it is the smallest score of a mask; the segmenter's own threshold holds as well.
  std::optional<float> detection_threshold;
  /// Probability from which a pixel counts as mask, in [0, 1]; the model's own if absent.
  std::optional<float> segmentation_threshold;
  float min_face_size = 24.0F;  ///< Pixels of the box's larger side; smaller is too_small.
  /// Fraction of the canonical face, in [0, 1]: a mask smaller than this is no worn mask.
  float min_mask_area = 0.02F;
  /// Smallest mean confidence of a face's landmarks, in [0, 1]; the model's own if absent. A face
  /// below it is left as it is: it is seen from the side or from behind, or is not a face, and a
  /// painted one would not fit. In a video three quarters of it suffice where the frame before had
  /// it. Landmarks given by the caller are taken whatever their confidence.
  std::optional<float> min_landmark_confidence;
  std::int64_t max_pixels = default_max_pixels;  ///< A photo with more is refused.

  /// Called between units of work from the calling thread; may be empty.
  std::function<void(const Progress&)> progress;
  /// Asked between units of work from the calling thread; true ends the call with Error cancelled.
  /// May be empty.
  std::function<bool()> cancelled;
};

}  // namespace demask

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The options of one call of a FaceReconstructor.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "demask/blend.hpp"
#include "demask/expression.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/progress.hpp"
#include "demask/quality.hpp"
#include "demask/reference_photo.hpp"
#include "demask/search_options.hpp"

namespace demask {

/// Which generator to use. The values match `demask_gender` of the C ABI and differ from those of
/// Gender.
enum class GenderChoice : int { automatic = 0, female = 1, male = 2 };

/// Which of the faces found are reconstructed. The values match the C ABI.
enum class FaceSelection : int { all = 0, largest = 1, index = 2 };

/// Options of one reconstruction. The models find what is left out, and thresholds that are left
/// out come from the bundle's manifest.
///
/// @code
/// demask::ReconstructOptions options;
/// options.gender = demask::GenderChoice::female;
/// options.detection_threshold = 0.7F;  // fewer faces than by the model's own threshold
/// options.boxes = {{120.0F, 80.0F, 200.0F, 260.0F}};
/// @endcode
struct ReconstructOptions {
  GenderChoice gender = GenderChoice::automatic;  ///< Which generator paints.
  /// With `automatic`, a gender whose probability is below 0.5 + `gender_margin` is reported as
  /// uncertain; in [0, 0.5].
  float gender_margin = 0.15F;
  /// Also return a photo in which the other generator painted the uncertain faces.
  bool both_when_uncertain = false;

  /// A mask to use instead of the segmenter's: gray, of the photo's size. Pixels of level 128 and
  /// above are covered (with `mask_inverted`, pixels below 128). The pixels are borrowed until the
  /// call returns.
  std::optional<ImageView> mask;
  bool mask_inverted = false;  ///< Dark pixels of `mask` are the covered ones.
  /// Face boxes to use instead of the detector's, in pixels of the photo.
  std::vector<Box> boxes;
  /// Landmarks to use instead of the landmark detector's, one set per face, of scheme ibug68 or
  /// wflw98. Boxes are then not needed.
  std::vector<Landmarks> landmarks;

  /// How carefully faces are painted. A bundle without a prior inpainter paints as with `fast`.
  Quality quality = Quality::fine;
  SearchOptions search;  ///< The search of Quality::best.

  /// Number of plausible faces for each masked face, 1 to 16. Under a mask there is no single
  /// truth: each further answer has other landmarks where the mask was, drawn from those that fit
  /// what is seen. Needs a shape model (Stage::shape_model) if greater than 1.
  int variants = 1;
  /// How much the variants differ, in [0, 1]: see ShapeQuery::diversity.
  float diversity = 0.5F;
  std::uint64_t seed = 0;  ///< Equal seeds give equal variants.
  /// The expression of all painted faces. Needs a shape model unless `as_found`.
  Expression expression = Expression::as_found;

  /// Photos of the persons of masked faces, without masks: at most `max_references` for one face.
  /// What the mask hides is taken from the one whose head is turned most like the masked face.
  /// FaceResult::reference says how much was taken.
  std::vector<ReferencePhoto> references;

  /// How far the mask is grown before painting, in [0, 0.25] of the canonical face's side.
  float mask_dilation = 0.02F;
  BlendMode blend = BlendMode::feather;          ///< How a painted face is blended into the photo.
  FaceSelection selection = FaceSelection::all;  ///< Which faces are reconstructed.
  /// With FaceSelection::index: the face's index in Result::faces, from 0: its rank by detection
  /// score, or its position among the given boxes or landmarks.
  int face_index = 0;

  /// Smallest detection score of a face, in [0, 1]; if absent, the model's own threshold. Where
  /// faces are found by their masks, it is the smallest score of a mask, and the segmenter's own
  /// threshold applies as well.
  std::optional<float> detection_threshold;
  /// Smallest probability of a pixel that counts as mask, in [0, 1]; if absent, the model's own
  /// threshold.
  std::optional<float> segmentation_threshold;
  /// Smallest larger side of a face's box: from 1 in pixels of the photo, below 1 as a fraction of
  /// the photo's longer side. Smaller faces are not searched for; if found anyway, they are
  /// too_small.
  float min_face_size = 24.0F;
  /// Smallest area of a worn mask, as a fraction of the canonical face, in [0, 1].
  float min_mask_area = 0.02F;
  /// Smallest mean confidence of a face's landmarks, in [0, 1]; if absent, the model's own
  /// threshold. A face below it is left untouched: it is seen from the side or from behind, or is
  /// not a face, so a painted face would not fit. In a video, three quarters of the threshold
  /// suffice if the face passed in the previous frame. Landmarks given by the caller are used
  /// whatever their confidence.
  std::optional<float> min_landmark_confidence;
  std::int64_t max_pixels = default_max_pixels;  ///< A photo with more pixels is refused.

  /// Called on the calling thread between units of work; may be empty.
  std::function<void(const Progress&)> progress;
  /// Called on the calling thread between units of work; returning true ends the call with Error
  /// cancelled. May be empty.
  std::function<bool()> cancelled;
};

}  // namespace demask

#pragma once

/// @file
/// What one call of a FaceReconstructor returns.

#include <array>
#include <optional>
#include <vector>

#include "demask/blend.hpp"
#include "demask/error.hpp"
#include "demask/export.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/progress.hpp"

namespace demask {

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

}  // namespace demask

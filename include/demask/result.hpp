#pragma once

/// @file
/// What one call of a FaceReconstructor returns.

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

/// The name of a status, such as "no_mask"; "unknown" for a value outside the enum.
[[nodiscard]] DEMASK_API const char* to_string(FaceStatus status) noexcept;

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
  Image aligned_mask;             ///< Canonical hole, gray 256 x 256.
  Image aligned_after;            ///< Canonical reconstruction, RGB 256 x 256.
  Image aligned_alternative;      ///< The other generator's, with `both_when_uncertain`.
  StepMilliseconds milliseconds;  ///< Of each step; a step shared by faces is divided among them.
};

/// What came of one photo.
///
/// @code
/// const demask::FaceReconstructor reconstructor;
/// const demask::Result result = reconstructor.reconstruct(demask::read_image("photo.jpg"));
/// for (const demask::FaceResult& face : result.faces) {
///   std::printf("%s, painted in %.1f ms\n", demask::to_string(face.status),
///               face.milliseconds.inpaint);
/// }
/// @endcode
struct Result {
  Image photo;    ///< In the size and pixel format of the input; alpha is kept.
  Image changed;  ///< Gray, of the photo's size: 255 where a pixel may differ from the input.
  Image alternative_photo;        ///< With `both_when_uncertain` and an uncertain face; else empty.
  std::vector<FaceResult> faces;  ///< Best detection score first.
  double detect_milliseconds = 0.0;  ///< Spent on finding the faces.
};

/// Whether a model painted any face of the photo: such a photo is to be marked as synthetic
/// (EncodeOptions::synthetic, mark_as_synthetic()).
[[nodiscard]] DEMASK_API bool any_reconstructed(const Result& result) noexcept;

/// Outcome of one photo of a batch: either a result or an error, never both.
struct BatchResult {
  std::optional<Result> result;  ///< Absent if there is an error.
  std::optional<Error> error;    ///< Absent if there is a result.
};

}  // namespace demask

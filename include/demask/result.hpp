// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What one call of a FaceReconstructor returns.

#include <optional>
#include <string>
#include <vector>

#include "demask/blend.hpp"
#include "demask/error.hpp"
#include "demask/export.hpp"
#include "demask/gender_classifier.hpp"
#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/progress.hpp"
#include "demask/quality.hpp"
#include "demask/reference_photo.hpp"

namespace demask {

/// What happened to a face. The values match the C ABI.
enum class FaceStatus : int {
  reconstructed = 0,
  no_mask = 1,    ///< No worn mask was found; the face is untouched.
  too_small = 2,  ///< Below `min_face_size`, or small with an uncertain mask; untouched.
  /// Left out by `selection`. Set are only box, score, detection time and, if given by the caller
  /// or tracked in a video, landmarks.
  not_selected = 3,
  /// The landmarks do not form a face, their confidence is below `min_landmark_confidence`, or the
  /// mask found hides the eyes; the face is untouched.
  landmarks_unreliable = 4
};

/// The name of a status, such as "no_mask"; "unknown" for a value outside the enum.
[[nodiscard]] DEMASK_API const char* to_string(FaceStatus status) noexcept;

/// One of several plausible faces.
struct FaceVariant {
  Image aligned;            ///< The painted canonical face, RGB, of the size of `aligned_after`.
  Landmarks landmarks;      ///< The landmarks it was painted with, in pixels of the photo.
  float likelihood = 1.0F;  ///< FaceShape::likelihood: 1 for the first, the most likely one.
};

/// What was found and done for one face.
struct FaceResult {
  FaceStatus status = FaceStatus::no_mask;  ///< What happened to the face.
  /// Why the face is untouched, in one English sentence with the measured value and its limit;
  /// empty if it is reconstructed.
  std::string reason;
  Quality quality = Quality::fast;  ///< How the face was painted, if it is reconstructed.
  Box box;                          ///< In pixels of the photo.
  float score = 0.0F;   ///< Detection score; 1 for boxes or landmarks given by the caller.
  Landmarks landmarks;  ///< In pixels of the photo; empty if they were not searched for.
  MaskRegion mask;      ///< All painted pixels: the mask, grown, and the straps that leave it.
  std::optional<GenderEstimate> gender;  ///< Absent if the gender was not decided.
  bool gender_uncertain = false;  ///< Whether the probability is below 0.5 + `gender_margin`.
  /// The canonical face before painting, RGB, square. Its side is 256 pixels with Quality::fast,
  /// else 128 to 512 by the size of the face in the photo. If the mask hangs below the square of
  /// canonical_similarity(), the face is scaled down around its eyes until the whole mask fits.
  Image aligned_before;
  Image aligned_mask;         ///< The hole in the canonical face, gray, of its size.
  Image aligned_after;        ///< The painted canonical face, RGB, of its size.
  Image aligned_alternative;  ///< Painted by the other generator, with `both_when_uncertain`.
  /// With `variants` above 1: that many faces; the first is the one in `aligned_after`.
  std::vector<FaceVariant> variants;
  ReferenceUse reference = ReferenceUse::none;  ///< What was taken from a reference photo.
  /// Why no more was taken, in one English sentence with the measured value and its limit; empty
  /// unless `reference` is shape or refused.
  std::string reference_reason;
  StepMilliseconds milliseconds;  ///< Time of each step; shared steps are split among the faces.
};

/// The outcome of one photo.
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
  Image photo;    ///< Reconstructed, in the input's size and pixel format, with its alpha.
  Image changed;  ///< Gray, of the photo's size: 255 where a pixel may differ from the input.
  /// The photo with the other generator's work on the uncertain faces; empty unless
  /// `both_when_uncertain` is set and a face is uncertain.
  Image alternative_photo;
  /// With `variants` above 1 and a painted face: that many photos, each with that variant of every
  /// face; the first equals `photo`.
  std::vector<Image> variant_photos;
  /// Best detection score first; in the caller's order if it gave boxes or landmarks.
  std::vector<FaceResult> faces;
  double detect_milliseconds = 0.0;  ///< Time spent on finding the faces.
};

/// Whether a model painted any face of the photo. Such a photo should be marked as synthetic
/// (EncodeOptions::synthetic, mark_as_synthetic()).
[[nodiscard]] DEMASK_API bool any_reconstructed(const Result& result) noexcept;

/// The outcome of one photo of a batch: either a result or an error, never both.
struct BatchResult {
  std::optional<Result> result;  ///< Absent if there is an error.
  std::optional<Error> error;    ///< Absent if there is a result.
};

}  // namespace demask

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The state of one face during a call.

#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/result.hpp"
#include "imaging/mat.hpp"
#include "pipeline/face_history.hpp"
#include "pipeline/reference_face.hpp"

namespace demask::pipeline {

// clang-format off
/// The state of one face during a call. Each step reads fields that earlier steps have set and sets
/// fields of its own. Once a step finishes a face, the face keeps its fields and no later step
/// touches it. In a video, the tracker replaces the steps detect and landmarks.
///
/// | field                                  | set by               | valid                        |
/// |----------------------------------------|----------------------|------------------------------|
/// | photo, photo_index                     | detect               | always                       |
/// | history, time                          | video, else default  | always                       |
/// | side                                   | align                | always                       |
/// | result.box, result.score               | detect               | always                       |
/// | roll                                   | detect, not video    | always                       |
/// | result.landmarks                       | detect or landmarks  | from landmarks on, if active |
/// | to_canonical                           | align, again segment | if is_aligned()              |
/// | canonical_landmarks                    | align, again later   | if is_aligned()              |
/// | number                                 | detect, video        | always                       |
/// | reference                              | reference            | if pixels are taken from it  |
/// | reference_cover                        | inpaint              | if pixels were taken         |
/// | result.reference, its reason           | reference            | from reference on            |
/// | variant_landmarks, result.variants     | shape                | if active and wanted         |
/// | scale, result.aligned_before           | align, again segment | if is_aligned()              |
/// | instance                               | detect or segment    | if worn                      |
/// | result.aligned_mask, hole()            | segment              | from segment on, if active   |
/// | straps_leave                           | segment              | from segment on, if active   |
/// | surround                               | segment              | if active and straps_leave   |
/// | surround_hole                          | segment              | empty if no strap continues  |
/// | estimate                               | gender               | within gender, if wanted     |
/// | result.gender, result.gender_uncertain | gender               | from gender on, if active    |
/// | result.aligned_after                   | inpaint              | from inpaint on, if active   |
/// | result.aligned_alternative             | inpaint              | if active, wanted, uncertain |
/// | result.quality                         | inpaint              | from inpaint on, if active   |
/// | result.mask                            | composite            | at the end, if active        |
/// | result.status, result.reason, active   | each step            | once finished or pasted      |
/// | result.milliseconds                    | each step            | its own entry, once done     |
///
/// The steps segment, reference and shape may change canonical_landmarks. Given landmarks are set
/// by detect. Segment aligns a face again if it scales the face down. Masks
/// found in a whole photo are worn as `instance`.
// clang-format on
struct Face {
  ImageView photo;
  std::size_t photo_index = 0;  ///< Index of the photo in the call.
  std::shared_ptr<FaceHistory> history = no_history();
  std::int64_t number = 0;      ///< What ReferencePhoto::face_index counts: its place, or track id.
  FrameTime time;  ///< The frame that shows the face, for its history.
  FaceResult result;
  float roll = 0.0F;                    ///< Radians, as in FaceRegion.
  std::optional<std::size_t> instance;  ///< Index of the worn mask in Photo::instances.

  int side = canonical_size;  ///< Side of the canonical square, in pixels.
  double scale = 1.0;         ///< Size of the face relative to canonical_similarity().
  Similarity to_canonical;    ///< From the photo to the canonical square.
  /// In pixels of the canonical square: those that the face is painted with.
  Landmarks canonical_landmarks;
  std::shared_ptr<const ReferenceFace> reference;  ///< Whose pixels are painted; null without one.
  cv::Mat reference_cover;  ///< Of the answer: CV_8UC1, how much of each pixel is the reference's.
  std::vector<Landmarks> variant_landmarks;  ///< Those of each variant; the first are the above.

  bool straps_leave = false;  ///< Whether straps continue beyond the square's sides.
  cv::Mat surround;           ///< The square with room around it: RGB, CV_8UC3.
  cv::Mat surround_hole;      ///< The hole with the ends of straps: CV_8UC1, 0/255.

  std::optional<GenderEstimate> estimate;  ///< From this photo or frame alone.
  bool active = true;                      ///< False once the face is finished.

  /// Whether the face has a canonical square.
  bool is_aligned() const { return !result.aligned_before.empty(); }

  /// The part of the square that is painted: CV_8UC1, 0/255, sharing the pixels of
  /// `result.aligned_mask`. Do not write to it.
  cv::Mat hole() const { return imaging::as_mat(result.aligned_mask.view()); }

  /// Converts a length from a fraction of the canonical square's side to pixels.
  int pixels(double fraction) const { return cvRound(fraction * side); }

  /// Ends the work on the face; the photo shows it unchanged. `reason` becomes that of the result.
  void finish(FaceStatus status, std::string reason) {
    result.status = status;
    result.reason = std::move(reason);
    active = false;
  }

  /// Adds to the time that a step spent on the face.
  void add_time(PipelineStep step, double milliseconds) {
    result.milliseconds[step] += milliseconds;
  }
};

}  // namespace demask::pipeline

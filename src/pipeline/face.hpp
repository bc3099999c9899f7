// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// One face under work.

#include <memory>
#include <opencv2/core.hpp>
#include <optional>

#include "demask/geometry.hpp"
#include "demask/image.hpp"
#include "demask/result.hpp"
#include "imaging/mat.hpp"
#include "pipeline/face_history.hpp"

namespace demask::pipeline {

/// One face on its way from the photo to the result. Each step reads what earlier steps have set
/// and sets fields of its own. A face that a step finishes keeps what it has, and no later step
/// touches it.
// clang-format off
///
/// | field                                   | set by    | valid                                 |
/// |-----------------------------------------|-----------|---------------------------------------|
/// | photo, photo_index, history, time, side | detect    | always                                |
/// | result.box, result.score, roll          | detect    | always                                |
/// | result.landmarks                        | landmarks | from landmarks on, if active there    |
/// | to_canonical, canonical_landmarks,      | align     | if is_aligned(); segment aligns again |
/// | scale, result.aligned_before            |           | a face that it makes smaller          |
/// | instance                                | detect    | always, if found by a mask            |
/// |                                         | segment   | from segment on, if a mask is worn    |
/// | result.aligned_mask, hole()             | segment   | from segment on, if active            |
/// | straps_leave                            | segment   | within segment                        |
/// | surround, surround_hole                 | segment   | from segment on, if straps_leave      |
/// | estimate                                | gender    | within gender, if wanted              |
/// | result.gender, result.gender_uncertain  | gender    | from gender on, if active             |
/// | result.aligned_after                    | inpaint   | from inpaint on, if active            |
/// | result.aligned_alternative              | inpaint   | the same, if wanted and uncertain     |
/// | result.mask                             | composite | at the end, if active                 |
/// | result.status, active                   | each step | once the face is finished or pasted   |
/// | result.milliseconds                     | each step | its own entry, once it is done        |
// clang-format on
struct Face {
  ImageView photo;
  std::size_t photo_index = 0;  ///< Of the photo among those of the call.
  std::shared_ptr<FaceHistory> history = no_history();
  FrameTime time;  ///< When the face is seen, for its history.
  FaceResult result;
  float roll = 0.0F;                    ///< Radians, as in FaceRegion.
  std::optional<std::size_t> instance;  ///< Which of the photo's masks the face wears.

  int side = canonical_size;  ///< Of the canonical square, in pixels.
  double scale = 1.0;         ///< Of the face in its square, over that of canonical_similarity().
  Similarity to_canonical;    ///< From the photo to the canonical square.
  Landmarks canonical_landmarks;  ///< In pixels of the canonical square.

  bool straps_leave = false;  ///< Whether straps go on beyond the sides of the square.
  cv::Mat surround;           ///< RGB, CV_8UC3: the square with room around it.
  cv::Mat surround_hole;      ///< CV_8UC1, 0/255: the hole with the ends of straps.

  std::optional<GenderEstimate> estimate;  ///< Of this photo or frame alone.
  bool active = true;                      ///< False once the face is known to stay as it is.

  /// Whether the face has a canonical square.
  bool is_aligned() const { return !result.aligned_before.empty(); }

  /// What is painted of the square, grown: CV_8UC1, 0/255, over the pixels of
  /// `result.aligned_mask`. It must not be written to.
  cv::Mat hole() const { return imaging::as_mat(result.aligned_mask.view()); }

  /// A length on the canonical square, given as a fraction of its side, in pixels.
  int pixels(double fraction) const { return cvRound(fraction * side); }

  /// Ends the work on the face, which stays as it is in the photo.
  void finish(FaceStatus status) {
    result.status = status;
    active = false;
  }

  /// Adds to the time that a step has spent on the face.
  void add_time(PipelineStep step, double milliseconds) {
    result.milliseconds[step] += milliseconds;
  }
};

}  // namespace demask::pipeline

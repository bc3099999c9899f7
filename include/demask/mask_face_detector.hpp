// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finding faces by the masks they wear.

#include <memory>

#include "demask/export.hpp"
#include "demask/face_detector.hpp"
#include "demask/segmenter.hpp"

namespace demask {

/// Makes a face detector that reports a face for every worn mask of a photo; it finds no bare
/// faces.
///
/// The face box is derived from the smallest box around the mask's pixels (those that reach the
/// segmenter's threshold). If that box is w wide, the face box is w wide and 1.35 w high, and both
/// end at the same lower edge. Only the mask's width is used because its height varies with how it
/// is worn. The five points lie where an upright face has them. The score is the mask's;
/// DetectOptions::score_threshold can drop masks that pass the segmenter's own threshold.
/// @throws Error invalid_argument unless the segmenter takes whole photos (SegmenterInput::photo).
[[nodiscard]] DEMASK_API std::unique_ptr<FaceDetector> make_mask_face_detector(
    std::shared_ptr<const Segmenter> segmenter);

}  // namespace demask

#pragma once

/// @file
/// Finding faces by the masks that they wear.

#include <memory>

#include "demask/export.hpp"
#include "demask/face_detector.hpp"
#include "demask/segmenter.hpp"

namespace demask {

/// A detector that takes every worn mask of a photo for a face; bare faces are not found.
///
/// The face box is derived from the smallest box around the mask's pixels (those that reach the
/// segmenter's threshold), of width w: as wide, 1.35 w high, and ending at the same lower edge.
/// The mask's width is used because its height varies with how it is worn. The five points lie
/// where they do on an upright face. The score is the mask's; DetectOptions::score_threshold leaves
/// out masks that the segmenter itself lets pass.
/// @throws Error invalid_argument unless the segmenter sees whole photos (SegmenterInput::photo).
[[nodiscard]] DEMASK_API std::unique_ptr<FaceDetector> make_mask_face_detector(
    std::shared_ptr<const Segmenter> segmenter);

}  // namespace demask

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Values of options that the caller may leave unset.

#include "demask/landmark_detector.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/segmenter.hpp"

namespace demask::pipeline {

/// Whether the caller gave a mask, which replaces the segmenter.
inline bool has_mask(const ReconstructOptions& options) { return options.mask.has_value(); }

/// The mask that the caller gave, if has_mask().
inline const ImageView& given_mask(const ReconstructOptions& options) { return *options.mask; }

/// The probability from which a pixel counts as mask: the caller's, or else the segmenter's own.
inline float mask_threshold(const ReconstructOptions& options, const Segmenter& segmenter) {
  return options.segmentation_threshold.value_or(segmenter.threshold());
}

}  // namespace demask::pipeline

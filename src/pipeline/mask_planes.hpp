// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The probabilities that a segmenter returns for one face.

#include <opencv2/core.hpp>

#include "demask/segmenter.hpp"
#include "stages/probability_map.hpp"

namespace demask::pipeline {

/// Probabilities in [0, 1] for each pixel of a square, as CV_32FC1 planes of its size.
struct MaskPlanes {
  cv::Mat mask;         ///< That a pixel shows the mask.
  cv::Mat straps = {};  ///< That a pixel shows a strap; empty if the segmenter does not say.
};

/// The planes of an instance, without a copy. Do not write to them.
inline MaskPlanes planes_of(const MaskInstance& instance) {
  return {stages::as_mat(instance.probability),
          instance.straps.values.empty() ? cv::Mat() : stages::as_mat(instance.straps)};
}

}  // namespace demask::pipeline

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The probabilities that a segmenter returns for one face.

#include <opencv2/core.hpp>

#include "demask/segmenter.hpp"

namespace demask::pipeline {

/// Probabilities in [0, 1] for each pixel of a square, as CV_32FC1 planes of its size.
struct MaskPlanes {
  cv::Mat mask;         ///< That a pixel shows the mask.
  cv::Mat straps = {};  ///< That a pixel shows a strap; empty if the segmenter does not say.
};

/// A matrix over the values of the map, without a copy. Do not write to it.
inline cv::Mat as_mat(const ProbabilityMap& map) {
  // OpenCV has no matrix of const values; callers only read.
  return {map.height, map.width, CV_32FC1,
          const_cast<float*>(map.values.data())};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

/// The planes of an instance, without a copy. Do not write to them.
inline MaskPlanes planes_of(const MaskInstance& instance) {
  return {as_mat(instance.probability),
          instance.straps.values.empty() ? cv::Mat() : as_mat(instance.straps)};
}

}  // namespace demask::pipeline

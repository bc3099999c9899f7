// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The probabilities that a segmenter gives for one face.

#include <opencv2/core.hpp>

#include "demask/segmenter.hpp"

namespace demask::pipeline {

/// Probabilities in [0, 1] of one square, each CV_32FC1 of its size. They stay separate planes from
/// the segmenter to the hole that is painted.
struct MaskPlanes {
  cv::Mat mask;         ///< That a pixel is covered.
  cv::Mat straps = {};  ///< That a pixel shows a strap; empty if the segmenter does not tell.
};

/// The map as a matrix over its values, without a copy. It must not be written to.
inline cv::Mat as_mat(const ProbabilityMap& map) {
  // OpenCV has no matrix of const values; callers only read.
  return {map.height, map.width, CV_32FC1,
          const_cast<float*>(map.values.data())};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

/// The planes of an instance, without a copy.
inline MaskPlanes planes_of(const MaskInstance& instance) {
  return {as_mat(instance.probability),
          instance.straps.values.empty() ? cv::Mat() : as_mat(instance.straps)};
}

}  // namespace demask::pipeline

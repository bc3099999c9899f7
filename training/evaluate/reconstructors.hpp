// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Runs the whole pipeline of the evaluated bundle and of those that it is compared with.

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "demask/face_reconstructor.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/hole_quality.hpp"

namespace demask::training {

/// The pipeline of a bundle.
struct NamedReconstructor {
  std::string suffix;  ///< Empty for the evaluated bundle, else such as ".bundle_default".
  FaceReconstructor reconstructor;
};

/// The pipelines of the evaluated bundle and of the bundles of `--against`, in this order.
std::vector<NamedReconstructor> make_reconstructors(const Evaluation& evaluation);

/// What a pipeline made of a photo.
struct PaintedPhoto {
  cv::Mat rgb;         ///< CV_8UC3.
  bool found = false;  ///< Whether it painted at least half of the hole.
};

/// Runs a pipeline on a photo (RGB, CV_8UC3) whose mask covers `hole`. @param given whether the
/// pipeline is told the hole instead of searching for it.
PaintedPhoto paint(const FaceReconstructor& reconstructor, const cv::Mat& photo,
                   const cv::Mat& hole, bool given);

/// Adds a case with the masked photo, the result and the truth side by side; the score is minus the
/// perceptual distance. Photos without one are left out.
void add_hole_case(const std::string& stage, const cv::Mat& masked, const cv::Mat& painted,
                   const HoleTruth& truth, const HoleQuality& quality, CaseSheet& cases);

}  // namespace demask::training

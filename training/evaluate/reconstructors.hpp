// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Runs the whole pipeline of the evaluated bundle and of those that it is compared with.

#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "demask/face_reconstructor.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/hole_quality.hpp"

namespace demask::training {

/// The pipeline of a bundle, at one quality.
struct NamedReconstructor {
  /// Empty for the evaluated bundle at the first quality, else such as ".best" or
  /// ".bundle_default".
  std::string suffix;
  std::shared_ptr<const FaceReconstructor> reconstructor;  ///< Never null.
  Quality quality = Quality::fine;
};

/// The pipelines of the evaluated bundle at each quality, and of the bundles of `--against` at the
/// first one, in this order.
std::vector<NamedReconstructor> make_reconstructors(const Evaluation& evaluation);

/// What a pipeline made of a photo.
struct PaintedPhoto {
  cv::Mat rgb;         ///< CV_8UC3.
  bool found = false;  ///< Whether it painted at least half of the hole.
};

/// Runs a pipeline on a photo (RGB, CV_8UC3) whose mask covers `hole`. @param given whether the
/// pipeline is told the hole instead of searching for it.
PaintedPhoto paint(const NamedReconstructor& reconstructor, const cv::Mat& photo,
                   const cv::Mat& hole, bool given);

/// Adds a case with the masked photo, the result and the truth side by side; the score is minus the
/// perceptual distance. Photos without one are left out.
void add_hole_case(const std::string& stage, const cv::Mat& masked, const cv::Mat& painted,
                   const HoleTruth& truth, const HoleQuality& quality, CaseSheet& cases);

}  // namespace demask::training

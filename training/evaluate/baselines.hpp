// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Baselines for the inpainters: classic methods, the mean face, other bundles.

#include <filesystem>
#include <functional>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "evaluate/split_faces.hpp"

namespace demask::training {

/// A method that fills holes of canonical faces.
struct Painter {
  std::string name;
  std::function<std::vector<cv::Mat>(const std::vector<HoleFace>&)> paint;
};

/// OpenCV's Telea (J. Graphics Tools 2004) and Navier-Stokes (Bertalmio et al., CVPR 2001), and the
/// mean face of the split `train` if `data` has one.
std::vector<Painter> make_baselines(const std::filesystem::path& data);

/// The inpainters of a bundle, given the true landmarks and gender.
Painter make_painter(const std::string& name, const ModelBundle& bundle,
                     const RuntimeOptions& options);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Computes features of whole images with a classification network, without gradients.

#include <Eigen/Core>
#include <filesystem>
#include <map>
#include <opencv2/core.hpp>

#include "demask/runtime_options.hpp"
#include "runtime/script_model.hpp"

namespace demask::training {

/// The feature maps [1,C,h,w] of one image by their strides in pixels: 2, 4, 8 and 16.
using FeatureMaps = std::map<int, runtime::Tensor>;

/// A classification network. It takes RGB [B,3,H,W] in [0,1], H and W multiples of 32, and returns
/// feature maps at strides 2, 4, 8 and 16, and a pooled vector.
class FeatureNetwork {
 public:
  /// The weights may be stored in 16 bits. @throws Error unreadable_file, model_invalid.
  FeatureNetwork(const std::filesystem::path& file, const RuntimeOptions& options);

  /// The feature maps of an image of any size, whose right and lower border pixels are repeated up
  /// to multiples of 32. @param rgb CV_8UC3. @throws Error model_invalid.
  FeatureMaps maps(const cv::Mat& rgb) const;

 private:
  runtime::ScriptModel model_;
};

/// The features at the places of a map that a mask covers: one place per row, one channel per
/// column. A place is covered if the mask covers at least half of its square of pixels.
/// @param map [1,C,h,w], from FeatureNetwork::maps(). @param mask CV_8UC1 of the image's size,
/// nonzero inside.
Eigen::MatrixXd features_in(const runtime::Tensor& map, const cv::Mat& mask);

}  // namespace demask::training

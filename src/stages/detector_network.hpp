// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The network of a face detector.

#include <array>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "core/workers.hpp"
#include "demask/geometry.hpp"
#include "demask/model_source.hpp"
#include "demask/runtime_options.hpp"
#include "runtime/script_model.hpp"

namespace demask::stages {

/// A face that a network finds, in pixels of the picture that the network was given.
struct Candidate {
  std::array<float, 4> corners{};  ///< x1, y1, x2, y2.
  float score = 0.0F;              ///< In [0, 1].
  std::array<Point, 5> points{};   ///< As in Detection.

  float side() const;    ///< The longer side of the box.
  Point center() const;  ///< The center of the box.
};

/// Runs the TorchScript module of a face detector. Immutable, as ScriptModel is.
class DetectorNetwork {
 public:
  /// @throws Error as ScriptModel.
  DetectorNetwork(const std::string& name, const ModelSource& source,
                  const RuntimeOptions& options);

  /// The candidates in each picture, without suppressing those that overlap. Pictures of one size
  /// share passes.
  /// @param pictures RGB, CV_8UC3, sides are multiples of 32.
  /// @throws Error model_invalid if the module fails or violates its interface.
  std::vector<std::vector<Candidate>> run(const std::vector<cv::Mat>& pictures) const;

  const core::Workers& workers() const noexcept { return workers_; }

 private:
  std::vector<std::vector<Candidate>> run_alike(const std::vector<cv::Mat>& pictures) const;

  runtime::ScriptModel model_;
  core::Workers workers_;
};

}  // namespace demask::stages

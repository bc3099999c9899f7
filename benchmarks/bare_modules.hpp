// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Runs the networks of a bundle without the pipeline.

#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "demask/model_bundle.hpp"

namespace demask::benchmarks {

/// How a module is prepared after it is loaded. Each except `loaded` folds BatchNorm into
/// convolutions.
enum class Preparation {
  loaded,         ///< Nothing.
  frozen,         ///< torch::jit::freeze.
  channels_last,  ///< Frozen, with channels-last weights and inputs.
  optimized       ///< torch::jit::optimize_for_inference, as the library does.
};

/// How a module's graph is run.
enum class Executor {
  fixed_graph,  ///< Without changes, as in the library.
  profiling     ///< Profiled in the first calls, then recompiled for the shapes seen.
};

/// Input shapes of a stage that takes canonical faces, for `faces` squares of `side` pixels; an
/// inpainter also takes the hole and the landmark map.
std::vector<std::vector<std::int64_t>> face_inputs(Stage stage, std::int64_t faces,
                                                   std::int64_t side);

/// A module of a bundle with input tensors, for running its forward method alone.
class BareModule {
 public:
  /// Prepares the module and makes random inputs of `shapes`.
  BareModule(const ModelBundle& bundle, Stage stage,
             const std::vector<std::vector<std::int64_t>>& shapes,
             Preparation preparation = Preparation::optimized);
  ~BareModule();
  BareModule(BareModule&&) noexcept;
  BareModule& operator=(BareModule&&) noexcept;

  /// Sets the first input, [1,3,H,W] in [0,1], to an image (CV_8UC3, RGB). A detector needs a real
  /// one, because its work after the convolutions depends on the number of faces.
  void set_picture(const cv::Mat& rgb);

  /// Replaces all inputs by random batches of `count` items.
  void set_batch(std::int64_t count);

  void forward(Executor executor = Executor::fixed_graph) const;
  /// Multiply-adds, in billions (1e9), of the convolutions and matrix products of one forward().
  double gmac() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Sets the number of ATen's intra-op threads in this process.
void set_threads(int threads);

/// A 3x3 convolution from 128 to 128 channels at 64 x 64 px, channels last, fp32: a proxy for the
/// processor's peak speed.
class PeakConvolution {
 public:
  PeakConvolution();
  ~PeakConvolution();
  PeakConvolution(PeakConvolution&&) noexcept;
  PeakConvolution& operator=(PeakConvolution&&) noexcept;
  void forward() const;
  static double gmac();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace demask::benchmarks

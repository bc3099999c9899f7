#pragma once

/// @file
/// The networks of a bundle, run without the pipeline around them.

#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "demask/model_bundle.hpp"

namespace demask::benchmarks {

/// What is done to a module after it is loaded. All but `loaded` fold BatchNorm into convolutions.
enum class Preparation {
  loaded,         ///< Nothing.
  frozen,         ///< torch::jit::freeze.
  channels_last,  ///< Frozen, with weights and inputs of which the channels lie innermost.
  optimized       ///< torch::jit::optimize_for_inference, as the library does.
};

/// How a module's graph is run.
enum class Executor {
  fixed_graph,  ///< As it is, as the library does.
  profiling     ///< Observed in the first calls and compiled anew for the shapes that come.
};

/// Shapes of what a stage that sees faces takes for `faces` of them on squares of `side` pixels; an
/// inpainter also takes the hole and the landmark map.
std::vector<std::vector<std::int64_t>> face_inputs(Stage stage, std::int64_t faces,
                                                   std::int64_t side);

/// One module of a bundle with tensors ready for it: its forward and nothing around it.
class BareModule {
 public:
  /// Prepares the module, and random inputs of `shapes`.
  BareModule(const ModelBundle& bundle, Stage stage,
             const std::vector<std::vector<std::int64_t>>& shapes,
             Preparation preparation = Preparation::optimized);
  ~BareModule();
  BareModule(BareModule&&) noexcept;
  BareModule& operator=(BareModule&&) noexcept;

  /// Gives the module this picture (CV_8UC3, RGB) as its first input, [1,3,H,W] in [0,1]: what a
  /// detector does after its convolutions depends on how many faces it is shown.
  void set_picture(const cv::Mat& rgb);

  /// Makes all inputs batches of so many, of random values.
  void set_batch(std::int64_t count);

  void forward(Executor executor = Executor::fixed_graph) const;
  /// Multiply-adds, in 1e9, of the convolutions and matrix products of one forward.
  double gmac() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Sets ATen's intra-op threads of this process.
void set_threads(int threads);

/// A 3x3 convolution of 128 to 128 channels at 64 x 64 px, channels last, fp32.
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

#pragma once

#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "demask/model_bundle.hpp"

namespace demask::benchmarks {

/// One module of a bundle with tensors ready for it: its forward and nothing around it.
class BareModule {
 public:
  /// Prepares the module as the library does, and random inputs of `shapes`.
  BareModule(const ModelBundle& bundle, Stage stage,
             const std::vector<std::vector<std::int64_t>>& shapes);
  ~BareModule();
  BareModule(BareModule&&) noexcept;
  BareModule& operator=(BareModule&&) noexcept;

  /// Gives the module this picture (CV_8UC3, RGB) as its first input, [1,3,H,W] in [0,1]: what a
  /// detector does after its convolutions depends on how many faces it is shown.
  void set_picture(const cv::Mat& rgb);

  void forward() const;
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

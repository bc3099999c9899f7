// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The loss of a generated face and its descent.

#include <ATen/core/Tensor.h>
#include <torch/optim/adam.h>

#include <functional>
#include <vector>

namespace demask::runtime {

/// What each pixel of a generated face is compared with, at one scale.
struct PixelTerm {
  at::Tensor picture;       ///< [1,3,T,T].
  at::Tensor weight;        ///< [1,1,T,T].
  std::int64_t factor = 1;  ///< Side in pixels of the cells that are compared.
  double importance = 1.0;
};

/// Moves the codes of a face so that the loss decreases. Use it in a thread that records gradients.
class CodeSearch {
 public:
  using Painter = std::function<at::Tensor(const at::Tensor& codes)>;

  /// @param start  The codes [1,N,C] to begin with.
  /// @param paint  The generated face [1,3,T,T] of codes.
  CodeSearch(const at::Tensor& start, std::vector<PixelTerm> terms, Painter paint);

  /// One step of Adam.
  /// @param done  How much of the search is over, in [0, 1).
  void step(double done);

  /// The codes reached so far.
  at::Tensor codes() const { return codes_.detach(); }

 private:
  at::Tensor loss(const at::Tensor& face) const;

  at::Tensor start_;
  at::Tensor codes_;
  std::vector<PixelTerm> terms_;
  std::vector<at::Tensor> counts_;  // Of each term: the sum of the pooled weights.
  Painter paint_;
  torch::optim::Adam optimizer_;
  int steps_ = 0;
};

}  // namespace demask::runtime

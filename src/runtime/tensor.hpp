// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Plain tensors, so that the stages need no LibTorch header.

#include <cstdint>
#include <initializer_list>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

namespace demask::runtime {

/// A dense row-major (NCHW) array of 32-bit floats on the host.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;

  Tensor() = default;
  /// A tensor of zeros.
  explicit Tensor(std::vector<std::int64_t> dimensions);
  std::int64_t elements() const noexcept;
};

/// Moves tensors into a vector; an initializer list would copy them.
template <typename... Tensors>
std::vector<Tensor> list_of(Tensors&&... tensors) {
  std::vector<Tensor> list;
  list.reserve(sizeof...(tensors));
  (list.push_back(std::forward<Tensors>(tensors)), ...);
  return list;
}

/// Writes the given rows of an 8-bit image (1 or 3 channels) into item `index` of a [B,C,H,W]
/// tensor, scaled to [0, 1]. The whole image must have the tensor's C, H and W.
void put_image(Tensor& batch, std::int64_t index, const cv::Mat& image,
               const cv::Range& rows = cv::Range::all());

/// Item `index` of a [B,3,H,W] tensor as 8-bit RGB, clamped and rounded to nearest. NaN becomes 0.
cv::Mat get_image(const Tensor& batch, std::int64_t index);

/// A copy of channel `channel` of item `index` of a [B,C,H,W] tensor, as CV_32FC1.
cv::Mat get_plane(const Tensor& batch, std::int64_t index, std::int64_t channel);

}  // namespace demask::runtime

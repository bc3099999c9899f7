#pragma once

/// @file
/// Plain tensors, so that stages need no Torch header.

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
  /// Zeros.
  explicit Tensor(std::vector<std::int64_t> dimensions);
  std::int64_t elements() const noexcept;
};

/// Tensors moved into a list; an initializer list would copy them.
template <typename... Tensors>
std::vector<Tensor> list_of(Tensors&&... tensors) {
  std::vector<Tensor> list;
  list.reserve(sizeof...(tensors));
  (list.push_back(std::forward<Tensors>(tensors)), ...);
  return list;
}

/// Writes an 8-bit image (1 or 3 channels) into item `index` of a [B,C,H,W] tensor, scaled to
/// [0, 1], or only these rows of it. The sizes must agree.
void put_image(Tensor& batch, std::int64_t index, const cv::Mat& image,
               const cv::Range& rows = cv::Range::all());

/// Item `index` of a [B,3,H,W] tensor as 8-bit RGB, clamped and rounded to nearest. Not-a-number
/// becomes 0.
cv::Mat get_image(const Tensor& batch, std::int64_t index);

/// Channel `channel` of item `index` of a [B,C,H,W] tensor, CV_32FC1, copied.
cv::Mat get_plane(const Tensor& batch, std::int64_t index, std::int64_t channel);

}  // namespace demask::runtime

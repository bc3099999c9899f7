// SPDX-License-Identifier: Apache-2.0
#include "runtime/tensor.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "demask/error.hpp"

namespace demask::runtime {
namespace {

constexpr float max_level = 255.0F;

std::size_t dimension(const Tensor& tensor, std::size_t axis) {
  return static_cast<std::size_t>(tensor.shape[axis]);
}

// Offset of the first value of item `index`.
std::size_t item_offset(const Tensor& batch, std::int64_t index) {
  if (batch.shape.size() != 4 || index < 0 || index >= batch.shape[0]) {
    throw Error(ErrorCode::internal, "tensor: it has no such image; please report this");
  }
  return static_cast<std::size_t>(index) * dimension(batch, 1) * dimension(batch, 2) *
         dimension(batch, 3);
}

// Writes the levels to `target`, scaled to [0, 1], row by row.
void put_plane(const cv::Mat& levels, float* target) {
  for (int y = 0; y < levels.rows; ++y) {
    const std::uint8_t* level = levels.ptr<std::uint8_t>(y);
    target = std::transform(level, level + levels.cols, target, [](std::uint8_t value) {
      return static_cast<float>(value) / max_level;
    });
  }
}

// NaN becomes 0, because comparing it is always false.
std::uint8_t to_level(float value) {
  const float clamped = value > 0.0F ? std::min(value, 1.0F) : 0.0F;
  return static_cast<std::uint8_t>(clamped * max_level + 0.5F);
}

}  // namespace

Tensor::Tensor(std::vector<std::int64_t> dimensions) : shape(std::move(dimensions)) {
  values.resize(static_cast<std::size_t>(elements()));
}

std::int64_t Tensor::elements() const noexcept {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    count *= size;
  }
  return count;
}

void put_image(Tensor& batch, std::int64_t index, const cv::Mat& image, const cv::Range& rows) {
  const std::size_t offset = item_offset(batch, index);
  const auto channels = static_cast<std::size_t>(image.channels());
  const auto width = static_cast<std::size_t>(image.cols);
  if (image.depth() != CV_8U || channels != dimension(batch, 1) || image.rows != batch.shape[2] ||
      image.cols != batch.shape[3]) {
    throw Error(ErrorCode::internal,
                "tensor: the image is not of the size of the batch; please report this");
  }
  const std::size_t plane = dimension(batch, 2) * width;
  const std::size_t above =
      rows == cv::Range::all() ? 0 : static_cast<std::size_t>(rows.start) * width;
  const cv::Mat part = image.rowRange(rows);
  if (part.empty()) {
    return;
  }
  std::vector<cv::Mat> levels;
  cv::split(part, levels);
  for (std::size_t c = 0; c < channels; ++c) {
    put_plane(levels[c], batch.values.data() + offset + c * plane + above);
  }
}

cv::Mat get_image(const Tensor& batch, std::int64_t index) {
  constexpr std::size_t channels = 3;
  const std::size_t offset = item_offset(batch, index);
  if (dimension(batch, 1) != channels) {
    throw Error(ErrorCode::internal, "tensor: it holds no RGB image; please report this");
  }
  const std::size_t width = dimension(batch, 3);
  const std::size_t plane = dimension(batch, 2) * width;
  cv::Mat image(static_cast<int>(batch.shape[2]), static_cast<int>(batch.shape[3]), CV_8UC3);
  for (int y = 0; y < image.rows; ++y) {
    const float* source = batch.values.data() + offset + static_cast<std::size_t>(y) * width;
    std::uint8_t* target = image.ptr<std::uint8_t>(y);
    for (std::size_t x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < channels; ++c) {
        target[x * channels + c] = to_level(source[c * plane + x]);
      }
    }
  }
  return image;
}

cv::Mat get_plane(const Tensor& batch, std::int64_t index, std::int64_t channel) {
  const std::size_t offset = item_offset(batch, index);
  if (channel < 0 || channel >= batch.shape[1]) {
    throw Error(ErrorCode::internal, "tensor: it has no such channel; please report this");
  }
  cv::Mat plane(static_cast<int>(batch.shape[2]), static_cast<int>(batch.shape[3]), CV_32FC1);
  const std::size_t count = dimension(batch, 2) * dimension(batch, 3);
  const float* source = batch.values.data() + offset + static_cast<std::size_t>(channel) * count;
  std::copy_n(source, count, plane.ptr<float>());
  return plane;
}

}  // namespace demask::runtime

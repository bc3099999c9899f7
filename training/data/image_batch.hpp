// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A batch of 8-bit images in one block of memory.

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace demask::training {

/// 8-bit images of one size, packed [N,H,W,C].
class ImageBatch {
 public:
  ImageBatch() = default;
  ImageBatch(int count, int size, int channels)
      : count_(count),
        size_(size),
        channels_(channels),
        pixels_(static_cast<std::size_t>(count) * item_bytes()) {}

  int count() const noexcept { return count_; }
  int size() const noexcept { return size_; }
  int channels() const noexcept { return channels_; }
  std::uint8_t* data() noexcept { return pixels_.data(); }

  /// Image `index` as a matrix that shares the batch's pixels.
  cv::Mat at(int index) {
    return {size_, size_, CV_8UC(channels_),
            pixels_.data() + static_cast<std::size_t>(index) * item_bytes()};
  }

 private:
  std::size_t item_bytes() const noexcept {
    return static_cast<std::size_t>(size_) * static_cast<std::size_t>(size_) *
           static_cast<std::size_t>(channels_);
  }

  int count_ = 0;
  int size_ = 0;
  int channels_ = 0;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace demask::training

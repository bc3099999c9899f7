// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Keeps the photos decoded that were used last.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "demask/image.hpp"

namespace demask::studio {

/// Decoded photos up to a number of bytes, and at least one. Photos are decoded one at a time,
/// which bounds the memory that decoding takes. Any number of threads may use it at once.
class ImageCache {
 public:
  explicit ImageCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// The image of a key, decoded by `decode` if it is not kept. Passes on what `decode` throws.
  std::shared_ptr<const Image> get(std::int64_t key, const std::function<Image()>& decode);

  void remove(std::int64_t key);

 private:
  struct Entry {
    std::int64_t key;
    std::shared_ptr<const Image> image;
  };

  std::mutex mutex_;
  std::list<Entry> entries_;  // the one used last first
  std::size_t max_bytes_;
};

}  // namespace demask::studio

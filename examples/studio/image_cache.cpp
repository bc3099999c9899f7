// SPDX-License-Identifier: Apache-2.0
#include "image_cache.hpp"

#include <algorithm>
#include <numeric>

namespace demask::studio {

std::shared_ptr<const Image> ImageCache::get(std::int64_t key,
                                             const std::function<Image()>& decode) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [key](const Entry& entry) { return entry.key == key; });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().image;
  }
  entries_.push_front({key, std::make_shared<const Image>(decode())});
  const auto bytes = [this] {
    return std::accumulate(
        entries_.begin(), entries_.end(), std::size_t{0},
        [](std::size_t sum, const Entry& entry) { return sum + entry.image->size_bytes(); });
  };
  while (entries_.size() > 1 && bytes() > max_bytes_) {
    entries_.pop_back();
  }
  return entries_.front().image;
}

void ImageCache::remove(std::int64_t key) {
  const std::lock_guard<std::mutex> lock(mutex_);
  entries_.remove_if([key](const Entry& entry) { return entry.key == key; });
}

}  // namespace demask::studio

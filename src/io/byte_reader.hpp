// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads numbers from the bytes of a file, with bounds checks.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace demask::io {

/// A view of the bytes of a file. Bytes beyond its end read as zero.
class ByteReader {
 public:
  ByteReader(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), size_(size) {}

  const std::uint8_t* data() const { return bytes_; }
  std::uint64_t size() const { return size_; }
  bool has(std::uint64_t offset, std::uint64_t count) const {
    return offset <= size_ && count <= size_ - offset;
  }
  bool starts_with(std::uint64_t offset, const char* text, std::size_t count) const {
    return has(offset, count) && std::memcmp(bytes_ + offset, text, count) == 0;
  }
  /// A big-endian number of `count` bytes, at most 8.
  std::uint64_t big(std::uint64_t offset, unsigned count) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) {
      value = value << 8U | at(offset + i);
    }
    return value;
  }
  /// A little-endian number of `count` bytes, at most 8.
  std::uint64_t little(std::uint64_t offset, unsigned count) const {
    std::uint64_t value = 0;
    for (unsigned i = count; i-- > 0;) {
      value = value << 8U | at(offset + i);
    }
    return value;
  }
  std::uint8_t at(std::uint64_t offset) const { return has(offset, 1) ? bytes_[offset] : 0; }

  /// The part that starts at `offset`, at most `count` bytes long.
  ByteReader part(std::uint64_t offset, std::uint64_t count) const {
    const std::uint64_t first = std::min(offset, size_);
    return {bytes_ + first, static_cast<std::size_t>(std::min(count, size_ - first))};
  }

  /// Position of the next byte 0xFF at or after `offset`, or size().
  std::uint64_t find_marker(std::uint64_t offset) const {
    if (!has(offset, 1)) {
      return size_;
    }
    const void* hit = std::memchr(bytes_ + offset, 0xFF, size_ - offset);
    if (hit == nullptr) {
      return size_;
    }
    return static_cast<std::uint64_t>(static_cast<const std::uint8_t*>(hit) - bytes_);
  }

 private:
  const std::uint8_t* bytes_;
  std::uint64_t size_;
};

}  // namespace demask::io

// SPDX-License-Identifier: Apache-2.0
#include "demask/image.hpp"

#include <algorithm>
#include <cstdlib>

#include "demask/error.hpp"

namespace demask {
namespace {

[[noreturn]] void fail(const std::string& text) { throw Error(ErrorCode::invalid_image, text); }

struct ChannelOrder {
  int red;
  int green;
  int blue;
  int alpha;  // -1 if there is no alpha
};

ChannelOrder order_of(PixelFormat format) {
  switch (format) {
    case PixelFormat::gray:
      return {0, 0, 0, -1};
    case PixelFormat::rgb:
      return {0, 1, 2, -1};
    case PixelFormat::bgr:
      return {2, 1, 0, -1};
    case PixelFormat::rgba:
      return {0, 1, 2, 3};
    case PixelFormat::bgra:
      return {2, 1, 0, 3};
  }
  return {0, 0, 0, -1};
}

std::uint8_t luma(const std::uint8_t* pixel, const ChannelOrder& order) {
  // The weights of ITU-R BT.601 in 1/1000, rounded to nearest.
  const int value =
      299 * pixel[order.red] + 587 * pixel[order.green] + 114 * pixel[order.blue] + 500;
  return static_cast<std::uint8_t>(value / 1000);
}

}  // namespace

int channels(PixelFormat format) {
  switch (format) {
    case PixelFormat::gray:
      return 1;
    case PixelFormat::rgb:
    case PixelFormat::bgr:
      return 3;
    case PixelFormat::rgba:
    case PixelFormat::bgra:
      return 4;
  }
  throw Error(ErrorCode::invalid_argument,
              "pixel format: " + std::to_string(static_cast<int>(format)) +
                  " is unknown; use gray, rgb, bgr, rgba or bgra");
}

void validate(const ImageView& view, std::int64_t max_pixels) {
  const std::ptrdiff_t tight = std::ptrdiff_t{view.width} * channels(view.format);
  if (view.data == nullptr) {
    fail("image: its data is null; pass a pointer to its pixels");
  }
  if (view.width <= 0 || view.height <= 0) {
    fail("image: its size is " + std::to_string(view.width) + " x " + std::to_string(view.height) +
         "; both sides must be positive");
  }
  if (view.stride < 0) {
    fail("image: its stride of " + std::to_string(view.stride) +
         " bytes is negative; pass the "
         "rows from top to bottom, such as a flipped copy of a bottom-up bitmap");
  }
  if (view.stride != 0 && view.stride < tight) {
    fail("image: its stride of " + std::to_string(view.stride) + " bytes is less than the " +
         std::to_string(tight) + " bytes of a row; pass the distance between rows, or 0 if tight");
  }
  const std::int64_t pixels = std::int64_t{view.width} * view.height;
  if (pixels > max_pixels) {
    throw Error(ErrorCode::image_too_large,
                "image: " + std::to_string(view.width) + " x " + std::to_string(view.height) +
                    " pixels exceed the limit of " + std::to_string(max_pixels) +
                    "; scale it down, or raise max_pixels");
  }
}

Image::Image(int width, int height, PixelFormat format)
    : width_(width), height_(height), format_(format) {
  const int count = channels(format);
  if (width <= 0 || height <= 0) {
    fail("image: its size is " + std::to_string(width) + " x " + std::to_string(height) +
         "; both sides must be positive");
  }
  pixels_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                 static_cast<std::size_t>(count));
}

Image::Image(const ImageView& view) : format_(view.format) {
  validate(view, INT64_MAX);
  width_ = view.width;
  height_ = view.height;
  const auto bytes = static_cast<std::size_t>(stride());
  pixels_.reserve(bytes * static_cast<std::size_t>(height_));
  for (int y = 0; y < height_; ++y) {
    const std::uint8_t* row = view.row(y);
    pixels_.insert(pixels_.end(), row, row + bytes);
  }
}

Image convert(const ImageView& view, PixelFormat format) {
  validate(view, INT64_MAX);
  if (view.format == format) {
    return Image(view);
  }
  Image result(view.width, view.height, format);
  const ChannelOrder from = order_of(view.format);
  const ChannelOrder to = order_of(format);
  const int from_step = channels(view.format);
  const int to_step = channels(format);
  for (int y = 0; y < view.height; ++y) {
    const std::uint8_t* source = view.row(y);
    std::uint8_t* target = result.row(y);
    for (int x = 0; x < view.width; ++x, source += from_step, target += to_step) {
      if (format == PixelFormat::gray) {
        target[0] = luma(source, from);
        continue;
      }
      target[to.red] = source[from.red];
      target[to.green] = source[from.green];
      target[to.blue] = source[from.blue];
      if (to.alpha >= 0) {
        target[to.alpha] = from.alpha >= 0 ? source[from.alpha] : std::uint8_t{255};
      }
    }
  }
  return result;
}

}  // namespace demask

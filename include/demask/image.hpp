// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Images: `Image` owns its pixels, `ImageView` borrows them.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "demask/export.hpp"
#include "demask/geometry.hpp"

namespace demask {

/// Order and number of the 8-bit channels of a pixel. The values match the C ABI.
enum class PixelFormat : int { gray = 0, rgb = 1, bgr = 2, rgba = 3, bgra = 4 };

/// The number of channels, and so of bytes, per pixel: 1, 3 or 4. @throws Error invalid_argument
/// for a value outside the enum.
[[nodiscard]] DEMASK_API int channels(PixelFormat format);

/// A borrowed 8-bit image: the pixels must outlive every use of the view. An `Image` variable
/// converts to a view implicitly; a temporary does not, because its pixels would be gone before the
/// view is used. Functions that need an image only during the call are overloaded for `Image`, so
/// `reconstruct(read_image("photo.jpg"))` is safe.
///
/// @code
/// const demask::Image mask = demask::read_image("mask.png");  // outlives the options
/// demask::ReconstructOptions options;
/// options.mask = mask;
/// @endcode
struct ImageView {
  const std::uint8_t* data = nullptr;  ///< The top left pixel.
  int width = 0;                       ///< In pixels.
  int height = 0;                      ///< In pixels.
  /// Bytes from one row to the next, downward; 0 means width * channels. A negative stride is
  /// refused.
  std::ptrdiff_t stride = 0;
  PixelFormat format = PixelFormat::rgb;  ///< Order of the channels.

  /// Bytes from one row to the next; never 0.
  [[nodiscard]] std::ptrdiff_t row_stride() const {
    return stride != 0 ? stride : std::ptrdiff_t{width} * channels(format);
  }
  /// The first pixel of row y.
  [[nodiscard]] const std::uint8_t* row(int y) const { return data + y * row_stride(); }
};

/// The default limit on the number of pixels of an image: 100 megapixels.
inline constexpr std::int64_t default_max_pixels = 100'000'000;

/// Checks that a view can be read: its data, size, stride and format, and the pixel limit.
/// @throws Error invalid_image, invalid_argument (format) or image_too_large.
DEMASK_API void validate(const ImageView& view, std::int64_t max_pixels = default_max_pixels);

/// An 8-bit image that owns its tightly packed pixels. Copying copies the pixels.
class DEMASK_API Image {
 public:
  Image() = default;
  /// A black image. @throws Error invalid_image if a side is not positive.
  Image(int width, int height, PixelFormat format);
  /// A tightly packed copy of a view. @throws Error as validate().
  explicit Image(const ImageView& view);

  /// In pixels.
  [[nodiscard]] int width() const noexcept { return width_; }
  /// In pixels.
  [[nodiscard]] int height() const noexcept { return height_; }
  /// Order of the channels.
  [[nodiscard]] PixelFormat format() const noexcept { return format_; }
  /// Whether the image has no pixels.
  [[nodiscard]] bool empty() const noexcept { return pixels_.empty(); }
  /// Bytes from one row to the next.
  [[nodiscard]] std::ptrdiff_t stride() const { return std::ptrdiff_t{width_} * channels(format_); }
  /// The top left pixel.
  [[nodiscard]] std::uint8_t* data() noexcept { return pixels_.data(); }
  /// The top left pixel.
  [[nodiscard]] const std::uint8_t* data() const noexcept { return pixels_.data(); }
  /// The first pixel of row y.
  [[nodiscard]] std::uint8_t* row(int y) { return pixels_.data() + y * stride(); }
  /// The first pixel of row y.
  [[nodiscard]] const std::uint8_t* row(int y) const { return pixels_.data() + y * stride(); }
  /// The size of the pixel data in bytes.
  [[nodiscard]] std::size_t size_bytes() const noexcept { return pixels_.size(); }
  /// A view of the whole image, valid until the image is destroyed or assigned to.
  [[nodiscard]] ImageView view() const& noexcept {
    return {pixels_.data(), width_, height_, 0, format_};
  }
  /// Deleted for temporaries: the view would outlive the pixels.
  ImageView view() const&& = delete;
  /// Converts to a view, as view() does.
  operator ImageView() const& noexcept { return view(); }  // NOLINT(google-explicit-constructor)
  /// Deleted for temporaries: the view would outlive the pixels.
  operator ImageView() const&& = delete;  // NOLINT(google-explicit-constructor)

 private:
  int width_ = 0;
  int height_ = 0;
  PixelFormat format_ = PixelFormat::rgb;
  std::vector<std::uint8_t> pixels_;
};

/// Copies an image into another pixel format. Alpha is dropped, or set to 255 where the source has
/// none; gray is 0.299 R + 0.587 G + 0.114 B, rounded to nearest.
/// @throws Error as validate().
[[nodiscard]] DEMASK_API Image convert(const ImageView& view, PixelFormat format);
/// Copies an image into another pixel format; takes temporaries too. @throws Error as validate().
[[nodiscard]] inline Image convert(const Image& image, PixelFormat format) {
  return convert(image.view(), format);
}

}  // namespace demask

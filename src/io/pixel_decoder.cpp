// SPDX-License-Identifier: Apache-2.0
#include "io/pixel_decoder.hpp"

#include <fmt/format.h>

#include <limits>
#include <opencv2/imgcodecs.hpp>
#include <optional>

#include "demask/error.hpp"
#include "io/heif_file.hpp"
#include "io/image_header.hpp"
#include "io/metadata.hpp"

namespace demask::io {
namespace {

[[noreturn]] void throw_unreadable(const std::string& name, const char* reason,
                                   const char* remedy) {
  throw Error(ErrorCode::unreadable_file, fmt::format("{}: {}; {}", name, reason, remedy));
}

[[noreturn]] void throw_unsupported(const std::string& name, const std::string& reason,
                                    const char* remedy) {
  throw Error(ErrorCode::unsupported_format, fmt::format("{}: {}; {}", name, reason, remedy));
}

void check_pixel_count(std::int64_t width, std::int64_t height, std::int64_t max_pixels,
                       const std::string& name) {
  if (width <= 0 || height <= 0 || width <= max_pixels / height) {
    return;
  }
  throw Error(ErrorCode::image_too_large,
              fmt::format("{}: {} x {} pixels are more than the limit of {}; shrink the image or "
                          "raise max_pixels",
                          name, width, height, max_pixels));
}

/// Pictures of several pages or frames are refused, because writing one of them back would lose the
/// others.
void check_picture_count(const ImageHeader& header, const std::string& name) {
  if (header.pictures <= 1) {
    return;
  }
  if (header.format == FileFormat::tiff) {
    throw_unsupported(name, fmt::format("holds {} pages", header.pictures),
                      "save one of them as a file of its own");
  }
  throw_unsupported(name, "is animated", "export one frame as a file of its own");
}

void check_depth(const ImageHeader& header, const std::string& name) {
  const bool is_deep = header.format == FileFormat::png || header.format == FileFormat::tiff;
  const bool is_known = header.bits_per_channel <= 8 || (header.bits_per_channel == 16 && is_deep);
  if (!is_known || !header.plain) {
    throw_unsupported(
        name,
        fmt::format("its pixels of {} bits per channel are of a kind that demask does "
                    "not read",
                    header.bits_per_channel),
        "convert it to gray, RGB or RGBA of 8 or 16 bits");
  }
}

/// Turns and mirrors pixels for EXIF orientations 2 to 8 (EXIF 2.32, tag 0x0112).
cv::Mat upright(const cv::Mat& image, int orientation) {
  cv::Mat result;
  switch (orientation) {
    case 2:
      cv::flip(image, result, 1);
      return result;
    case 3:
      cv::rotate(image, result, cv::ROTATE_180);
      return result;
    case 4:
      cv::flip(image, result, 0);
      return result;
    case 5:
      cv::transpose(image, result);
      return result;
    case 6:
      cv::rotate(image, result, cv::ROTATE_90_CLOCKWISE);
      return result;
    case 7:
      cv::transpose(image, result);
      cv::rotate(result, result, cv::ROTATE_180);
      return result;
    case 8:
      cv::rotate(image, result, cv::ROTATE_90_COUNTERCLOCKWISE);
      return result;
    default:
      return image;
  }
}

cv::Mat decode_with_opencv(const std::uint8_t* bytes, std::size_t size, const std::string& name) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw_unreadable(name, "is larger than 2 GiB", "store the image in a smaller file");
  }
  const cv::Mat encoded(1, static_cast<int>(size), CV_8UC1, const_cast<std::uint8_t*>(bytes));
  cv::Mat image;
  try {
    image = cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNoMem) {
      throw Error(ErrorCode::out_of_memory,
                  fmt::format("{}: not enough memory for its pixels; shrink the image", name));
    }
  }
  if (image.empty()) {
    throw_unreadable(name, "cannot be decoded", "check that the file is whole and a valid image");
  }
  const int channels = image.channels();
  if ((image.depth() != CV_8U && image.depth() != CV_16U) ||
      (channels != 1 && channels != 3 && channels != 4)) {
    throw_unsupported(name, fmt::format("has {} channels or another depth", channels),
                      "convert it to gray, RGB or RGBA of 8 or 16 bits");
  }
  return image;
}

}  // namespace

ImageHeader check_header(const std::uint8_t* bytes, std::size_t size, std::int64_t max_pixels,
                         const std::string& name) {
  const std::optional<ImageHeader> header = inspect_header(bytes, size);
  if (!header) {
    throw_unreadable(name, "is not an image that demask knows",
                     "give a JPEG, PNG, WebP, TIFF, BMP, HEIC or AVIF file");
  }
  if (header->format == FileFormat::gif) {
    throw_unsupported(name, "is a GIF file, which demask does not read",
                      "save the picture, or one frame, as PNG");
  }
  check_pixel_count(header->width, header->height, max_pixels, name);
  check_picture_count(*header, name);
  check_depth(*header, name);
  if (!header->complete) {
    throw_unreadable(name, "is truncated", "fetch or save the file again");
  }
  return *header;
}

cv::Mat decode_pixels(const std::uint8_t* bytes, std::size_t size, std::int64_t max_pixels,
                      const std::string& name) {
  const ImageHeader header = check_header(bytes, size, max_pixels, name);
  if (is_heif(header.format)) {
    return decode_heif(bytes, size, max_pixels, name);
  }
  const cv::Mat decoded = decode_with_opencv(bytes, size, name);
  check_pixel_count(decoded.cols, decoded.rows, max_pixels, name);
  // Only OpenCV's TIFF decoder applies the orientation by itself.
  return header.format == FileFormat::tiff ? decoded
                                           : upright(decoded, exif_orientation(bytes, size));
}

}  // namespace demask::io

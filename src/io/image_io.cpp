// SPDX-License-Identifier: Apache-2.0
#include "demask/image_io.hpp"

#include <fmt/format.h>

#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "demask/error.hpp"
#include "imaging/mat.hpp"
#include "io/image_header.hpp"
#include "io/metadata.hpp"
#include "io/sidecar.hpp"
#include "io/whole_file.hpp"

namespace demask {
namespace {

using Bytes = std::vector<std::uint8_t>;
using io::FileFormat;
using io::ImageHeader;

[[noreturn]] void throw_unreadable(const std::string& name, const char* reason,
                                   const char* remedy) {
  throw Error(ErrorCode::unreadable_file, fmt::format("{}: {}; {}", name, reason, remedy));
}

[[noreturn]] void throw_too_deep(const std::string& name) {
  throw Error(
      ErrorCode::unsupported_format,
      fmt::format("{}: has more than 8 bits per channel; convert it to 8-bit gray, RGB or RGBA",
                  name));
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

ImageHeader check_header(const std::uint8_t* bytes, std::size_t size, const std::string& name,
                         std::int64_t max_pixels) {
  const std::optional<ImageHeader> header = io::inspect_header(bytes, size);
  if (!header) {
    throw_unreadable(name, "is not an image that demask knows",
                     "give a JPEG, PNG, WebP, TIFF or BMP file");
  }
  check_pixel_count(header->width, header->height, max_pixels, name);
  if (header->bits_per_channel > 8) {
    throw_too_deep(name);
  }
  if (!header->complete) {
    throw_unreadable(name, "is truncated", "fetch or save the file again");
  }
  return *header;
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

cv::Mat decode_pixels(const std::uint8_t* bytes, std::size_t size, const std::string& name) {
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
  if (image.depth() != CV_8U) {
    throw_too_deep(name);
  }
  return image;
}

Image to_rgb_image(const cv::Mat& decoded, const std::string& name) {
  cv::Mat image;
  switch (decoded.channels()) {
    case 1:
      return imaging::to_image(decoded, PixelFormat::gray);
    case 3:
      cv::cvtColor(decoded, image, cv::COLOR_BGR2RGB);
      return imaging::to_image(image, PixelFormat::rgb);
    case 4:
      cv::cvtColor(decoded, image, cv::COLOR_BGRA2RGBA);
      return imaging::to_image(image, PixelFormat::rgba);
    default:
      throw Error(ErrorCode::unsupported_format,
                  fmt::format("{}: has {} channels; convert it to 8-bit gray, RGB or RGBA", name,
                              decoded.channels()));
  }
}

bool keeps_alpha(FileFormat format) {
  return format != FileFormat::jpeg && format != FileFormat::bmp;
}

/// Converts an image to the channel order of OpenCV's encoders: gray, BGR or BGRA.
cv::Mat to_encoder_order(const ImageView& image, FileFormat format) {
  cv::Mat pixels = imaging::as_mat(image);
  const bool alpha = keeps_alpha(format);
  cv::Mat result;
  switch (image.format) {
    case PixelFormat::gray:
    case PixelFormat::bgr:
      return pixels;
    case PixelFormat::rgb:
      cv::cvtColor(pixels, result, cv::COLOR_RGB2BGR);
      return result;
    case PixelFormat::rgba:
      cv::cvtColor(pixels, result, alpha ? cv::COLOR_RGBA2BGRA : cv::COLOR_RGBA2BGR);
      return result;
    case PixelFormat::bgra:
      if (alpha) {
        return pixels;
      }
      cv::cvtColor(pixels, result, cv::COLOR_BGRA2BGR);
      return result;
  }
  return pixels;
}

/// The longest side that a format can hold, or its encoder's own limit if that is lower.
int longest_side(FileFormat format) {
  switch (format) {
    case FileFormat::jpeg:
      return 65500;
    case FileFormat::webp:
      return 16383;
    default:
      return std::numeric_limits<int>::max();
  }
}

FileFormat choose_format(const std::filesystem::path& path, const ImageView& image) {
  const std::optional<FileFormat> format = io::format_of_extension(path);
  if (!format) {
    throw Error(ErrorCode::unsupported_format,
                fmt::format("{}: its extension names no format that can be written; use .jpg, "
                            ".png, .webp, .tif or .bmp",
                            path.string()));
  }
  if (std::max(image.width, image.height) > longest_side(*format)) {
    throw Error(ErrorCode::unsupported_format,
                fmt::format("{}: the format holds at most {} pixels a side, and the image is {} x "
                            "{}; write a PNG file",
                            path.string(), longest_side(*format), image.width, image.height));
  }
  return *format;
}

Bytes encode(const std::filesystem::path& path, const ImageView& image, FileFormat format,
             int quality) {
  std::vector<int> parameters;
  const char* extension = ".png";
  if (format == FileFormat::jpeg) {
    extension = ".jpg";
    parameters = {cv::IMWRITE_JPEG_QUALITY, quality};
  } else if (format == FileFormat::webp) {
    extension = ".webp";
    parameters = {cv::IMWRITE_WEBP_QUALITY, quality};
  } else if (format == FileFormat::tiff) {
    extension = ".tif";
  } else if (format == FileFormat::bmp) {
    extension = ".bmp";
  }
  Bytes bytes;
  std::string reason = "the encoder refuses it";
  try {
    if (cv::imencode(extension, to_encoder_order(image, format), bytes, parameters)) {
      return bytes;
    }
  } catch (const cv::Exception& error) {
    reason = error.err;
  }
  throw Error(ErrorCode::unwritable_file,
              fmt::format("{}: the image cannot be encoded ({}); write another format",
                          path.string(), reason));
}

/// Whether an image file with the content `bytes` carries the mark. One whose metadata cannot be
/// read carries none.
bool has_mark(const Bytes& bytes, const std::string& name) {
  try {
    return io::has_embedded_mark(bytes, name);
  } catch (const Error&) {
    return false;
  }
}

/// Whether an image file, whose content is `bytes`, or its sidecar carries the mark.
bool is_marked(const Bytes& bytes, const std::filesystem::path& path) {
  return io::has_marked_sidecar(path) || has_mark(bytes, path.string());
}

/// Checks what is to be encoded, and returns the format.
FileFormat check_encoding(const std::filesystem::path& path, const ImageView& image,
                          const EncodeOptions& options) {
  validate(image, std::numeric_limits<std::int64_t>::max());
  if (options.jpeg_quality < 1 || options.jpeg_quality > 100) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("jpeg_quality: {} is outside its range; give 1 to 100", options.jpeg_quality));
  }
  return choose_format(path, image);
}

}  // namespace

Image read_image(const std::filesystem::path& path, std::int64_t max_pixels) {
  const Bytes bytes = io::read_whole_file(path);
  return decode_image(bytes.data(), bytes.size(), path.string(), max_pixels);
}

Image decode_image(const std::uint8_t* bytes, std::size_t size, const std::string& name,
                   std::int64_t max_pixels) {
  if (bytes == nullptr || size == 0) {
    throw_unreadable(name, "is empty", "give the bytes of an image file");
  }
  const ImageHeader header = check_header(bytes, size, name, max_pixels);
  const cv::Mat decoded = decode_pixels(bytes, size, name);
  check_pixel_count(decoded.cols, decoded.rows, max_pixels, name);
  // Only OpenCV's TIFF decoder applies the orientation by itself.
  const bool is_turned = header.format == FileFormat::tiff;
  const int orientation = is_turned ? 1 : io::exif_orientation(bytes, size);
  return to_rgb_image(upright(decoded, orientation), name);
}

std::vector<std::uint8_t> encode_image(const std::string& name, const ImageView& image,
                                       const EncodeOptions& options, const Bytes* source) {
  const FileFormat format = check_encoding(name, image, options);
  io::MetadataRequest request;
  request.source = source;
  request.synthetic = options.synthetic || (source != nullptr && has_mark(*source, name));
  return io::with_metadata(encode(name, image, format, options.jpeg_quality), request, name);
}

void write_image(const std::filesystem::path& path, const ImageView& image,
                 const EncodeOptions& options) {
  const FileFormat format = check_encoding(path, image, options);
  io::MetadataRequest request;
  Bytes source;
  if (!options.metadata_source.empty()) {
    source = io::read_whole_file(options.metadata_source);
    request.source = &source;
  }
  // Part of a copy of a synthetic picture is synthetic too.
  request.synthetic = options.synthetic ||
                      (request.source != nullptr && is_marked(source, options.metadata_source));
  io::write_with_metadata(path, encode(path, image, format, options.jpeg_quality), request);
  if (!request.synthetic) {
    io::remove_marked_sidecar(path);
  }
}

}  // namespace demask

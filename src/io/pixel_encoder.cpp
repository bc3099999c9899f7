// SPDX-License-Identifier: Apache-2.0
#include "io/pixel_encoder.hpp"

#include <fmt/format.h>
#include <webp/encode.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "demask/error.hpp"
#include "imaging/mat.hpp"
#include "io/image_header.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

bool keeps_alpha(FileFormat format) {
  return format != FileFormat::jpeg && format != FileFormat::bmp;
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

[[noreturn]] void throw_unwritable(const std::string& name, const std::string& reason) {
  throw Error(
      ErrorCode::unwritable_file,
      fmt::format("{}: the image cannot be encoded ({}); write another format", name, reason));
}

/// OpenCV's lossless mode changes the color of transparent pixels; this one keeps it.
Bytes encode_webp_exactly(const cv::Mat& pixels, const std::string& name) {
  constexpr int effort = 6;  // 0 to 9, larger is smaller and slower
  cv::Mat color = pixels;
  if (pixels.channels() == 1) {
    cv::cvtColor(pixels, color, cv::COLOR_GRAY2BGR);
  }
  WebPConfig config;
  WebPPicture picture;
  if (WebPConfigInit(&config) == 0 || WebPConfigLosslessPreset(&config, effort) == 0 ||
      WebPPictureInit(&picture) == 0) {
    throw_unwritable(name, "libwebp refuses its settings");
  }
  config.exact = 1;
  picture.use_argb = 1;
  picture.width = color.cols;
  picture.height = color.rows;
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  const std::unique_ptr<WebPPicture, decltype(&WebPPictureFree)> freed(&picture, WebPPictureFree);
  const std::unique_ptr<WebPMemoryWriter, decltype(&WebPMemoryWriterClear)> cleared(
      &writer, WebPMemoryWriterClear);
  const int stride = static_cast<int>(color.step);
  const int imported = color.channels() == 4 ? WebPPictureImportBGRA(&picture, color.data, stride)
                                             : WebPPictureImportBGR(&picture, color.data, stride);
  if (imported == 0 || WebPEncode(&config, &picture) == 0) {
    throw_unwritable(name, fmt::format("libwebp's error {}", picture.error_code));
  }
  return {writer.mem, writer.mem + writer.size};
}

struct OpenCvFormat {
  const char* extension;
  std::vector<int> parameters;
};

OpenCvFormat opencv_format(FileFormat format, const PixelEncoding& encoding) {
  constexpr int inch = 2;
  constexpr int any_resolution = 72;
  switch (format) {
    case FileFormat::jpeg:
      return {".jpg", {cv::IMWRITE_JPEG_QUALITY, encoding.quality}};
    case FileFormat::webp:
      return {".webp", {cv::IMWRITE_WEBP_QUALITY, encoding.quality}};
    case FileFormat::tiff:
      return {".tif", encoding.has_resolution
                          ? std::vector<int>{cv::IMWRITE_TIFF_RESUNIT, inch, cv::IMWRITE_TIFF_XDPI,
                                             any_resolution, cv::IMWRITE_TIFF_YDPI, any_resolution}
                          : std::vector<int>()};
    case FileFormat::bmp:
      return {".bmp", {}};
    default:
      return {".png", {}};
  }
}

[[noreturn]] void throw_mismatch(const std::string& what) {
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{}; give the file that the picture was decoded from, and a gray mask of "
                          "its size",
                          what));
}

/// The original with as many channels as the picture.
cv::Mat with_channels_of(const cv::Mat& picture, const cv::Mat& original) {
  cv::Mat result = original;
  if (original.channels() == 4 && picture.channels() == 3) {
    cv::cvtColor(original, result, cv::COLOR_BGRA2BGR);
  } else if (original.channels() == 1 && picture.channels() > 1) {
    cv::cvtColor(original, result,
                 picture.channels() == 3 ? cv::COLOR_GRAY2BGR : cv::COLOR_GRAY2BGRA);
  }
  if (result.channels() != picture.channels()) {
    throw_mismatch(fmt::format("pixel_source: has {} channels, and the picture has {}",
                               original.channels(), picture.channels()));
  }
  return result;
}

}  // namespace

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

FileFormat choose_format(const std::filesystem::path& path, const ImageView& image) {
  const std::optional<FileFormat> format = format_of_extension(path);
  if (!format) {
    throw Error(ErrorCode::unsupported_format,
                fmt::format("{}: its extension names no format that can be written; use .jpg, "
                            ".png, .webp, .tif, .bmp, .heic or .avif",
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

Bytes encode_pixels(const cv::Mat& pixels, FileFormat format, const PixelEncoding& encoding,
                    const std::string& name) {
  if (format == FileFormat::webp && encoding.lossless) {
    return encode_webp_exactly(pixels, name);
  }
  const OpenCvFormat settings = opencv_format(format, encoding);
  Bytes bytes;
  std::string reason = "the encoder refuses it";
  try {
    if (cv::imencode(settings.extension, pixels, bytes, settings.parameters)) {
      return bytes;
    }
  } catch (const cv::Exception& error) {
    reason = error.err;
  }
  throw_unwritable(name, reason);
}

cv::Mat deepen(const cv::Mat& picture, const cv::Mat& original, const ImageView& changed) {
  constexpr double levels_per_level = 257.0;  // 255 becomes 65535
  if (original.size() != picture.size()) {
    throw_mismatch(fmt::format("pixel_source: is {} x {} pixels, and the picture is {} x {}",
                               original.cols, original.rows, picture.cols, picture.rows));
  }
  if (changed.format != PixelFormat::gray || changed.width != picture.cols ||
      changed.height != picture.rows) {
    throw_mismatch("changed: is not gray, or not of the picture's size");
  }
  cv::Mat deep;
  picture.convertTo(deep, CV_16U, levels_per_level);
  with_channels_of(picture, original).copyTo(deep, imaging::as_mat(changed) == 0);
  return deep;
}

}  // namespace demask::io

// SPDX-License-Identifier: Apache-2.0
#include "demask/image_io.hpp"

#include <fmt/format.h>

#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>

#include "demask/error.hpp"
#include "imaging/mat.hpp"
#include "io/exif_block.hpp"
#include "io/heif_file.hpp"
#include "io/image_header.hpp"
#include "io/jpeg_segments.hpp"
#include "io/metadata.hpp"
#include "io/pixel_decoder.hpp"
#include "io/pixel_encoder.hpp"
#include "io/png_chunks.hpp"
#include "io/resolution.hpp"
#include "io/sidecar.hpp"
#include "io/whole_file.hpp"

namespace demask {
namespace {

using Bytes = std::vector<std::uint8_t>;
using io::FileFormat;

Image to_rgb_image(const cv::Mat& decoded) {
  constexpr double levels_per_level = 257.0;  // 65535 becomes 255
  cv::Mat image = decoded;
  if (decoded.depth() == CV_16U) {
    decoded.convertTo(image, CV_8U, 1.0 / levels_per_level);
  }
  if (image.channels() == 1) {
    return imaging::to_image(image, PixelFormat::gray);
  }
  const bool has_alpha = image.channels() == 4;
  cv::cvtColor(image, image, has_alpha ? cv::COLOR_BGRA2RGBA : cv::COLOR_BGR2RGB);
  return imaging::to_image(image, has_alpha ? PixelFormat::rgba : PixelFormat::rgb);
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

std::optional<FileFormat> format_of(const Bytes& file) {
  const std::optional<io::ImageHeader> header = io::inspect_header(file.data(), file.size());
  return header ? std::optional(header->format) : std::nullopt;
}

std::optional<io::Resolution> resolution_of(const Bytes& source, const std::string& name) {
  const std::optional<FileFormat> format = format_of(source);
  if (!format || !io::is_heif(*format)) {
    return io::read_resolution(source, io::find_exif({source.data(), source.size()}));
  }
  try {
    const Bytes exif = io::read_heif_metadata(source, name).exif;
    return io::read_resolution(source, {exif.data(), exif.size()});
  } catch (const Error&) {
    return std::nullopt;  // Damaged metadata never prevents a picture from being written.
  }
}

/// @param source  The file whose metadata is copied, or null; messages call it `name`.
io::MetadataRequest make_request(const EncodeOptions& options, const Bytes* source,
                                 const std::string& name, bool synthetic) {
  io::MetadataRequest request;
  request.warn = options.on_warning;
  request.synthetic = synthetic;
  if (source == nullptr) {
    return request;
  }
  request.source = source;
  constexpr int first_sideways_orientation = 5;
  request.is_turned =
      io::exif_orientation(source->data(), source->size()) >= first_sideways_orientation;
  request.resolution = resolution_of(*source, name);
  if (request.resolution && request.is_turned) {
    std::swap(request.resolution->x, request.resolution->y);
  }
  return request;
}

/// Copies what needs no metadata library: resolution, and texts and color chunks within one format.
void copy_plain_metadata(const io::MetadataRequest& request, FileFormat format, Bytes& image) {
  if (request.resolution) {
    io::set_resolution(image, *request.resolution);
  }
  if (request.source == nullptr || format_of(*request.source) != format) {
    return;
  }
  if (format == FileFormat::jpeg) {
    io::insert_jpeg_segments(image, io::jpeg_comments(*request.source));
  } else if (format == FileFormat::png) {
    io::insert_png_chunks(image, io::kept_png_chunks(*request.source));
  }
}

/// The pixels to encode, in the depth of the file that they come from where the format holds it.
cv::Mat pixels_for(const ImageView& image, FileFormat format, const EncodeOptions& options,
                   const Bytes& original) {
  constexpr int deep = 16;
  cv::Mat pixels = io::to_encoder_order(image, format);
  const bool holds_depth = format == FileFormat::png || format == FileFormat::tiff;
  if (original.empty() || !options.changed || !holds_depth) {
    return pixels;
  }
  const std::string name = options.pixel_source.string();
  constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
  validate(*options.changed, no_limit);
  if (io::check_header(original.data(), original.size(), no_limit, name).bits_per_channel != deep) {
    return pixels;
  }
  return io::deepen(pixels, io::decode_pixels(original.data(), original.size(), no_limit, name),
                    *options.changed);
}

/// @param original  The file that the pixels come from; empty if it is unknown.
Bytes encode(const std::filesystem::path& path, const ImageView& image, FileFormat format,
             const EncodeOptions& options, const io::MetadataRequest& request,
             const Bytes& original) {
  const cv::Mat pixels = pixels_for(image, format, options, original);
  if (io::is_heif(format)) {
    const io::HeifMetadata metadata =
        io::has_heif() ? io::make_heif_metadata(request, image.width, image.height, path.string())
                       : io::HeifMetadata();
    return io::encode_heif(pixels, format, options.jpeg_quality, metadata, path.string());
  }
  io::PixelEncoding encoding;
  encoding.quality = options.jpeg_quality;
  encoding.has_resolution = request.resolution.has_value();
  const auto header = io::inspect_header(original.data(), original.size());
  encoding.lossless = header && header->lossless;
  Bytes bytes = io::encode_pixels(pixels, format, encoding, path.string());
  copy_plain_metadata(request, format, bytes);
  return bytes;
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
  return io::choose_format(path, image);
}

}  // namespace

Image read_image(const std::filesystem::path& path, std::int64_t max_pixels) {
  const Bytes bytes = io::read_whole_file(path);
  return decode_image(bytes.data(), bytes.size(), path.string(), max_pixels);
}

Image decode_image(const std::uint8_t* bytes, std::size_t size, const std::string& name,
                   std::int64_t max_pixels) {
  if (bytes == nullptr || size == 0) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: is empty; give the bytes of an image file", name));
  }
  return to_rgb_image(io::decode_pixels(bytes, size, max_pixels, name));
}

std::vector<std::uint8_t> encode_image(const std::string& name, const ImageView& image,
                                       const EncodeOptions& options, const Bytes* source) {
  const FileFormat format = check_encoding(name, image, options);
  const bool synthetic = options.synthetic || (source != nullptr && has_mark(*source, name));
  const io::MetadataRequest request = make_request(options, source, name, synthetic);
  const Bytes original = source != nullptr && options.changed ? *source : Bytes();
  return io::with_metadata(encode(name, image, format, options, request, original), request, name);
}

void write_image(const std::filesystem::path& path, const ImageView& image,
                 const EncodeOptions& options) {
  const FileFormat format = check_encoding(path, image, options);
  const bool has_source = !options.metadata_source.empty();
  const Bytes source = has_source ? io::read_whole_file(options.metadata_source) : Bytes();
  const Bytes original =
      options.pixel_source.empty() ? Bytes() : io::read_whole_file(options.pixel_source);
  // Part of a copy of a synthetic picture is synthetic too.
  const bool synthetic =
      options.synthetic || (has_source && is_marked(source, options.metadata_source));
  const io::MetadataRequest request = make_request(options, has_source ? &source : nullptr,
                                                   options.metadata_source.string(), synthetic);
  io::write_with_metadata(path, encode(path, image, format, options, request, original), request);
  if (!request.synthetic) {
    io::remove_marked_sidecar(path);
  }
}

}  // namespace demask

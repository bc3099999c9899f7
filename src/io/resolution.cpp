// SPDX-License-Identifier: Apache-2.0
#include "io/resolution.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "io/exif_block.hpp"
#include "io/image_header.hpp"
#include "io/jpeg_segments.hpp"
#include "io/png_chunks.hpp"
#include "io/tiff_directory.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr double meters_per_inch = 0.0254;
constexpr double meters_per_centimeter = 0.01;

/// A number as it was meant, where units were converted and rounded.
double snapped(double value) {
  constexpr double tolerance = 0.02;
  return std::abs(value - std::round(value)) < tolerance ? std::round(value) : value;
}

std::optional<Resolution> checked(const Resolution& resolution) {
  constexpr double largest = 1e8;
  const bool is_known = resolution.x > 0.0 && resolution.y > 0.0 && resolution.x < largest &&
                        resolution.y < largest &&
                        (resolution.is_absolute || resolution.x != resolution.y);
  return is_known ? std::optional(resolution) : std::nullopt;
}

/// JFIF 1.02: units are none, inch and centimeter.
std::optional<Resolution> resolution_of_jpeg(const ByteReader& file) {
  for (const JpegSegment& segment : jpeg_segments(file)) {
    if (segment.marker == 0xE0 && file.starts_with(segment.content, "JFIF\0", 5)) {
      const std::uint8_t unit = file.at(segment.content + 7);
      const double meters = unit == 1 ? meters_per_inch : unit == 2 ? meters_per_centimeter : 1.0;
      return checked({static_cast<double>(file.big(segment.content + 8, 2)) / meters,
                      static_cast<double>(file.big(segment.content + 10, 2)) / meters, unit != 0});
    }
  }
  return std::nullopt;
}

/// W3C PNG specification, section 11.3.4.3.
std::optional<Resolution> resolution_of_png(const ByteReader& file) {
  for (const PngChunk& chunk : png_chunks(file)) {
    if (chunk.type == "pHYs" && chunk.end - chunk.content >= 13) {
      return checked({static_cast<double>(file.big(chunk.content, 4)),
                      static_cast<double>(file.big(chunk.content + 4, 4)),
                      file.at(chunk.content + 8) == 1});
    }
  }
  return std::nullopt;
}

/// TIFF 6.0, section 8; EXIF 2.32, section 4.6.5.
std::optional<Resolution> resolution_of_tiff(const ByteReader& file) {
  if (!is_tiff(file)) {
    return std::nullopt;
  }
  const TiffDirectory directory(file);
  const std::uint64_t unit = directory.value(TiffTag::resolution_unit).value_or(2);
  const double meters = unit == 2 ? meters_per_inch : unit == 3 ? meters_per_centimeter : 1.0;
  const double x = directory.fraction(TiffTag::x_resolution).value_or(0.0);
  const double y = directory.fraction(TiffTag::y_resolution).value_or(x);
  return checked({x / meters, y / meters, unit == 2 || unit == 3});
}

std::optional<Resolution> resolution_of_bmp(const ByteReader& file) {
  constexpr std::uint64_t info_header_size = 40;
  if (file.little(14, 4) < info_header_size) {
    return std::nullopt;
  }
  return checked(
      {static_cast<double>(file.little(38, 4)), static_cast<double>(file.little(42, 4)), true});
}

void put_big(Bytes& out, std::uint64_t position, std::uint64_t value, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    out[position + i] = static_cast<std::uint8_t>(value >> 8U * (count - 1 - i));
  }
}

void put_little(Bytes& out, std::uint64_t position, std::uint64_t value, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    out[position + i] = static_cast<std::uint8_t>(value >> 8U * i);
  }
}

std::uint64_t rounded(double value, double largest) {
  return static_cast<std::uint64_t>(std::clamp(std::round(value), 1.0, largest));
}

/// The unit, 1 inch or 2 centimeter, in which a whole number describes the resolution better.
unsigned better_unit(const Resolution& resolution) {
  const auto error = [](double value) { return std::abs(value - std::round(value)); };
  return error(snapped(resolution.x * meters_per_inch)) <=
                 error(resolution.x * meters_per_centimeter)
             ? 1
             : 2;
}

void set_in_jpeg(Bytes& image, const Resolution& resolution) {
  const unsigned unit = resolution.is_absolute ? better_unit(resolution) : 0;
  const double meters = unit == 1 ? meters_per_inch : unit == 2 ? meters_per_centimeter : 1.0;
  for (const JpegSegment& segment : jpeg_segments({image.data(), image.size()})) {
    if (segment.marker == 0xE0 && segment.end - segment.content >= 12) {
      image[segment.content + 7] = static_cast<std::uint8_t>(unit);
      put_big(image, segment.content + 8, rounded(resolution.x * meters, 65535.0), 2);
      put_big(image, segment.content + 10, rounded(resolution.y * meters, 65535.0), 2);
      return;
    }
  }
}

void set_in_png(Bytes& image, const Resolution& resolution) {
  constexpr double largest = 2147483647.0;
  Bytes content(9);
  put_big(content, 0, rounded(resolution.x, largest), 4);
  put_big(content, 4, rounded(resolution.y, largest), 4);
  content[8] = resolution.is_absolute ? 1 : 0;
  insert_png_chunks(image, make_png_chunk("pHYs", content));
}

void set_in_tiff(Bytes& image, const Resolution& resolution) {
  constexpr double denominator = 10000.0;
  const TiffDirectory directory(ByteReader(image.data(), image.size()));
  const auto x = directory.position(TiffTag::x_resolution);
  const auto y = directory.position(TiffTag::y_resolution);
  const auto unit = directory.position(TiffTag::resolution_unit);
  if (!x || !y || !unit) {
    return;
  }
  const auto put_fraction = [&image](std::uint64_t position, double value) {
    put_little(image, position, rounded(value * denominator, 4294967295.0), 4);
    put_little(image, position + 4, static_cast<std::uint64_t>(denominator), 4);
  };
  put_fraction(*x, resolution.is_absolute ? dots_per_inch(resolution.x) : resolution.x);
  put_fraction(*y, resolution.is_absolute ? dots_per_inch(resolution.y) : resolution.y);
  put_little(image, *unit, resolution.is_absolute ? 2 : 1, 2);
}

void set_in_bmp(Bytes& image, const Resolution& resolution) {
  if (resolution.is_absolute && image.size() >= 46) {
    put_little(image, 38, rounded(resolution.x, 2147483647.0), 4);
    put_little(image, 42, rounded(resolution.y, 2147483647.0), 4);
  }
}

std::optional<Resolution> own_resolution(const ByteReader& file, FileFormat format) {
  switch (format) {
    case FileFormat::jpeg:
      return resolution_of_jpeg(file);
    case FileFormat::png:
      return resolution_of_png(file);
    case FileFormat::tiff:
      return resolution_of_tiff(file);
    case FileFormat::bmp:
      return resolution_of_bmp(file);
    default:
      return std::nullopt;
  }
}

}  // namespace

double dots_per_inch(double per_meter) { return snapped(per_meter * meters_per_inch); }

std::optional<Resolution> read_resolution(const Bytes& file, const ByteReader& exif) {
  const std::optional<ImageHeader> header = inspect_header(file.data(), file.size());
  if (!header) {
    return std::nullopt;
  }
  const std::optional<Resolution> own = own_resolution({file.data(), file.size()}, header->format);
  if (own && own->is_absolute) {
    return own;
  }
  const std::optional<Resolution> described = resolution_of_tiff(exif);
  return described ? described : own;
}

void set_resolution(Bytes& image, const Resolution& resolution) {
  const std::optional<ImageHeader> header = inspect_header(image.data(), image.size());
  if (!header) {
    return;
  }
  switch (header->format) {
    case FileFormat::jpeg:
      set_in_jpeg(image, resolution);
      break;
    case FileFormat::png:
      set_in_png(image, resolution);
      break;
    case FileFormat::tiff:
      set_in_tiff(image, resolution);
      break;
    case FileFormat::bmp:
      set_in_bmp(image, resolution);
      break;
    default:
      break;
  }
}

}  // namespace demask::io

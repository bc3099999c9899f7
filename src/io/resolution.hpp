// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The resolution of image files: how large a picture is printed.

#include <cstdint>
#include <optional>
#include <vector>

#include "io/byte_reader.hpp"

namespace demask::io {

/// Pixels per meter, or only their ratio.
struct Resolution {
  double x = 0.0;
  double y = 0.0;
  bool is_absolute = true;  ///< False if x and y only give the shape of a pixel.
};

/// The nearest number of pixels per inch. Values that a whole number stands behind, such as
/// 299.9994 for a PNG file of 300 dpi, become that number.
double dots_per_inch(double per_meter);

/// The resolution of an image file, as its pixels are stored: that of the format itself (JFIF
/// density, pHYs, TIFF and BMP fields), else that of `exif`, a TIFF structure of the file; absent
/// if there is none. Square pixels without a resolution count as none.
std::optional<Resolution> read_resolution(const std::vector<std::uint8_t>& file,
                                          const ByteReader& exif);

/// Sets the resolution of a JPEG, PNG, TIFF or BMP file that OpenCV encoded; other files stay as
/// they are. TIFF files must have been encoded with a resolution.
void set_resolution(std::vector<std::uint8_t>& image, const Resolution& resolution);

}  // namespace demask::io

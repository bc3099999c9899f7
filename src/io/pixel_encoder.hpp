// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Encodes pixels as image files without metadata.

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "demask/image.hpp"
#include "io/image_format.hpp"

namespace demask::io {

/// The format for the extension of `path`.
/// @throws Error unsupported_format (unknown extension, or a side too long for the format).
FileFormat choose_format(const std::filesystem::path& path, const ImageView& image);

/// Converts an image to the channel order of the encoders: gray, BGR or, if the format holds alpha,
/// BGRA. Shares the pixels if they have that order already.
cv::Mat to_encoder_order(const ImageView& image, FileFormat format);

/// How pixels are encoded.
struct PixelEncoding {
  int quality = 95;             ///< 1 to 100, for JPEG and WebP.
  bool lossless = false;        ///< Encode WebP without loss, also under transparent pixels.
  bool has_resolution = false;  ///< Make fields in TIFF files that set_resolution() fills in.
};

/// Encodes a picture as JPEG, PNG, WebP, TIFF or BMP.
/// @param pixels  In the order of to_encoder_order(); 8 bits per channel or, for PNG and TIFF, 16.
/// @param name    What error messages call the file.
/// @throws Error unwritable_file.
std::vector<std::uint8_t> encode_pixels(const cv::Mat& pixels, FileFormat format,
                                        const PixelEncoding& encoding, const std::string& name);

/// Gives a picture of 8 bits per channel the depth of the file that it was decoded from.
/// @param picture   In the order of to_encoder_order().
/// @param original  The decoded file, 16 bits per channel.
/// @param changed   Gray; pixels of level 0 become those of `original`, the others those of
///                  `picture`.
/// @throws Error invalid_argument (sizes or colors do not match).
cv::Mat deepen(const cv::Mat& picture, const cv::Mat& original, const ImageView& changed);

}  // namespace demask::io

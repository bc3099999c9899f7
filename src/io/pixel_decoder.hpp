// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Decodes the pixels of image files at the depth that the file holds.

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <string>

#include "io/image_format.hpp"

namespace demask::io {

/// Reads the header of an image file and checks that demask can decode its pixels.
/// @param name  What error messages call the file.
/// @throws Error unreadable_file, unsupported_format, image_too_large.
ImageHeader check_header(const std::uint8_t* bytes, std::size_t size, std::int64_t max_pixels,
                         const std::string& name);

/// Decodes an image file and turns it upright.
/// @returns Gray, BGR or BGRA, 8 or 16 bits per channel.
/// @throws Error as check_header(), or out_of_memory.
cv::Mat decode_pixels(const std::uint8_t* bytes, std::size_t size, std::int64_t max_pixels,
                      const std::string& name);

}  // namespace demask::io

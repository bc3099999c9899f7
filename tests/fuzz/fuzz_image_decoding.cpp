// SPDX-License-Identifier: Apache-2.0

/// @file
/// Reads the bytes of an image file: header, pixels, orientation and metadata.

#include "demask/image_io.hpp"
#include "input.hpp"
#include "io/exif_block.hpp"
#include "io/image_header.hpp"
#include "io/metadata.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t max_pixels = 1 << 18;
  demask::io::inspect_header(data, size);
  demask::io::exif_orientation(data, size);
  demask::io::parse_exif_orientation(data, size);
  demask::fuzz::call([&] {
    const demask::Image image = demask::decode_image(data, size, "image", max_pixels);
    if (image.empty() || std::int64_t{image.width()} * image.height() > max_pixels) {
      demask::fuzz::report_defect("an image beyond the limit");
    }
  });
  return 0;
}

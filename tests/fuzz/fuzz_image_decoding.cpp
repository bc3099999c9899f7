// SPDX-License-Identifier: Apache-2.0

/// @file
/// Reads the bytes of an image file: header, pixels, orientation and metadata.

#include "demask/image_io.hpp"
#include "input.hpp"
#include "io/color_profile.hpp"
#include "io/exif_block.hpp"
#include "io/image_header.hpp"
#include "io/jpeg_segments.hpp"
#include "io/metadata.hpp"
#include "io/png_chunks.hpp"
#include "io/resolution.hpp"

namespace {

/// What a new file takes over from this one.
void read_carried_parts(const std::vector<std::uint8_t>& file) {
  demask::io::read_resolution(file, demask::io::find_exif({file.data(), file.size()}));
  demask::io::kept_png_chunks(file);
  demask::io::profile_of_png(file, false);
  demask::io::jpeg_comments(file);
  demask::io::extended_xmp(file, std::string(32, '0'));
  std::vector<std::uint8_t> copy = file;
  demask::io::remove_extended_xmp(copy);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t max_pixels = 1 << 18;
  demask::io::inspect_header(data, size);
  demask::io::exif_orientation(data, size);
  demask::io::parse_exif_orientation(data, size);
  read_carried_parts({data, data + size});
  demask::fuzz::call([&] {
    const demask::Image image = demask::decode_image(data, size, "image", max_pixels);
    if (image.empty() || std::int64_t{image.width()} * image.height() > max_pixels) {
      demask::fuzz::report_defect("an image beyond the limit");
    }
  });
  return 0;
}

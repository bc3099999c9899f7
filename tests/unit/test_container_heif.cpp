// SPDX-License-Identifier: Apache-2.0
#include <libheif/heif.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "../support/exif_orientation.hpp"
#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "temporary_folder.hpp"

namespace {

using demask::ErrorCode;
using demask::Image;
using demask::test::expect_error;
using demask::test::TemporaryFolder;
namespace fs = std::filesystem;

void require_ok(const heif_error& status) {
  INFO(status.message);
  REQUIRE(status.code == heif_error_Ok);
}

/// Writes HEIC files with libheif alone: with orientations, and with several pictures.
class HeifWriter {
 public:
  ~HeifWriter() {
    heif_encoder_release(encoder_);
    heif_context_free(context_);
  }
  HeifWriter() {
    require_ok(heif_context_get_encoder_for_format(context_, heif_compression_HEVC, &encoder_));
    heif_encoder_set_lossy_quality(encoder_, 90);
  }
  HeifWriter(const HeifWriter&) = delete;
  HeifWriter& operator=(const HeifWriter&) = delete;

  /// Adds a picture of 48 x 32 pixels in quadrants of gray: 0, 80, 160, 240.
  void add(heif_orientation orientation, int bits = 8) {
    heif_image* image = nullptr;
    const auto chroma = bits == 8 ? heif_chroma_interleaved_RGB : heif_chroma_interleaved_RRGGBB_LE;
    require_ok(heif_image_create(48, 32, heif_colorspace_RGB, chroma, &image));
    require_ok(heif_image_add_plane(image, heif_channel_interleaved, 48, 32, bits));
    int stride = 0;
    std::uint8_t* plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 48 * 3; ++x) {
        const int level = 80 * ((x < 24 * 3 ? 0 : 1) + (y < 16 ? 0 : 2));
        if (bits == 8) {
          plane[y * stride + x] = static_cast<std::uint8_t>(level);
        } else {
          const int deep = level << (bits - 8);
          plane[y * stride + 2 * x] = static_cast<std::uint8_t>(deep & 0xFF);
          plane[y * stride + 2 * x + 1] = static_cast<std::uint8_t>(deep >> 8);
        }
      }
    }
    heif_encoding_options* options = heif_encoding_options_alloc();
    options->image_orientation = orientation;
    heif_image_handle* handle = nullptr;
    require_ok(heif_context_encode_image(context_, image, encoder_, options, &handle));
    // Cameras repeat the container's orientation in EXIF.
    const auto exif = demask::test::make_exif(static_cast<std::uint16_t>(orientation), true);
    require_ok(heif_context_add_exif_metadata(context_, handle, exif.data(),
                                              static_cast<int>(exif.size())));
    heif_image_handle_release(handle);
    heif_encoding_options_free(options);
    heif_image_release(image);
  }

  void write(const fs::path& path) {
    require_ok(heif_context_write_to_file(context_, path.c_str()));
  }

 private:
  heif_context* context_ = heif_context_alloc();
  heif_encoder* encoder_ = nullptr;
};

void check_corners(const Image& image, const std::vector<int>& expected) {
  for (int corner = 0; corner < 4; ++corner) {
    const int x = corner % 2 == 0 ? 5 : image.width() - 6;
    const int y = corner / 2 == 0 ? 5 : image.height() - 6;
    CHECK(std::abs(image.row(y)[x * 3] - 80 * expected[static_cast<std::size_t>(corner)]) <= 6);
  }
}

}  // namespace

TEST_CASE("the orientation of the container is applied, that of EXIF is not", "[heif]") {
  const TemporaryFolder folder;
  // The stored quadrants that appear at top left, top right, bottom left and bottom right.
  const std::vector<std::vector<int>> seen = {{0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0},
                                              {2, 3, 0, 1}, {0, 2, 1, 3}, {2, 0, 3, 1},
                                              {3, 1, 2, 0}, {1, 3, 0, 2}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    INFO("orientation " << orientation);
    HeifWriter writer;
    writer.add(static_cast<heif_orientation>(orientation));
    writer.write(folder / "photo.heic");
    const Image image = demask::read_image(folder / "photo.heic");
    REQUIRE(image.width() == (orientation >= 5 ? 32 : 48));
    check_corners(image, seen[static_cast<std::size_t>(orientation - 1)]);
    // A file made from it is upright and stays so.
    demask::EncodeOptions options;
    options.metadata_source = folder / "photo.heic";
    for (const std::string name : {"again.heic", "again.jpg"}) {
      demask::write_image(folder / name, image, options);
      const Image again = demask::read_image(folder / name);
      REQUIRE(again.width() == image.width());
      check_corners(again, seen[static_cast<std::size_t>(orientation - 1)]);
    }
  }
}

TEST_CASE("10 bits per channel are read as 8", "[heif]") {
  const TemporaryFolder folder;
  HeifWriter writer;
  writer.add(heif_orientation_normal, 10);
  writer.write(folder / "photo.heic");
  check_corners(demask::read_image(folder / "photo.heic"), {0, 1, 2, 3});
}

TEST_CASE("a HEIC file of several pictures is refused", "[heif]") {
  const TemporaryFolder folder;
  HeifWriter writer;
  writer.add(heif_orientation_normal);
  writer.add(heif_orientation_normal);
  writer.write(folder / "burst.heic");
  expect_error(ErrorCode::unsupported_format, "holds 2 pictures",
               [&] { static_cast<void>(demask::read_image(folder / "burst.heic")); });
}

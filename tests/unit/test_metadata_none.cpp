// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "../support/exif_orientation.hpp"
#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "io/exif_block.hpp"
#include "temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using demask::ErrorCode;
using demask::Image;
using demask::PixelFormat;
using demask::test::expect_error;
using demask::test::FileBytes;
using demask::test::read_bytes;
using demask::test::TemporaryFolder;
using demask::test::write_bytes;

demask::EncodeOptions marked() {
  demask::EncodeOptions options;
  options.synthetic = true;
  return options;
}

}  // namespace

TEST_CASE("without Exiv2 the mark is a file beside the picture", "[metadata]") {
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif", ".bmp");
  const fs::path path = folder / ("picture" + extension);
  demask::write_image(path, Image(8, 8, PixelFormat::rgb));
  const FileBytes plain = read_bytes(path);
  demask::write_image(path, Image(8, 8, PixelFormat::rgb), marked());
  CHECK(read_bytes(path) == plain);
  const FileBytes sidecar = read_bytes(folder / ("picture" + extension + ".xmp"));
  CHECK(std::string(sidecar.begin(), sidecar.end()) == demask::synthetic_xmp_packet());
  CHECK(demask::is_marked_as_synthetic(path));
}

TEST_CASE("without Exiv2 the metadata of a source is not carried over", "[metadata]") {
  const TemporaryFolder folder;
  demask::write_image(folder / "plain.jpg", Image(8, 8, PixelFormat::rgb));
  const FileBytes plain = read_bytes(folder / "plain.jpg");
  write_bytes(folder / "source.jpg",
              demask::test::jpeg_with_exif(plain, demask::test::make_exif(6, true)));
  demask::EncodeOptions options;
  options.metadata_source = folder / "source.jpg";
  demask::write_image(folder / "result.jpg", Image(8, 8, PixelFormat::rgb), options);
  CHECK(read_bytes(folder / "result.jpg") == plain);
  options.metadata_source = folder / "missing.jpg";
  expect_error(ErrorCode::unreadable_file, "missing.jpg", [&] {
    demask::write_image(folder / "result.jpg", Image(8, 8, PixelFormat::rgb), options);
  });
}

TEST_CASE("without Exiv2 a mark within the picture is found", "[metadata]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "picture.jpg";
  demask::write_image(path, Image(8, 8, PixelFormat::rgb));
  FileBytes bytes = read_bytes(path);
  demask::test::append_text(bytes, demask::synthetic_xmp_packet());
  write_bytes(path, bytes);
  CHECK(demask::is_marked_as_synthetic(path));
  // A picture made from it loses the mark within, and so gets one beside it.
  demask::EncodeOptions options;
  options.metadata_source = path;
  demask::write_image(folder / "copy.jpg", Image(8, 8, PixelFormat::rgb), options);
  CHECK(fs::exists(folder / "copy.jpg.xmp"));
  demask::write_image(path, Image(8, 8, PixelFormat::rgb), options);
  CHECK(demask::is_marked_as_synthetic(path));
}

TEST_CASE("without Exiv2 the mark of a link lies beside its picture", "[metadata]") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "there");
  write_bytes(folder / "there" / "picture.png", {'o', 'l', 'd'});
  fs::create_symlink(folder / "there" / "picture.png", folder / "link.png");
  demask::write_image(folder / "link.png", Image(8, 8, PixelFormat::rgb), marked());
  CHECK(fs::exists(folder / "there" / "picture.png.xmp"));
  CHECK(folder.file_count() == 2);
}

TEST_CASE("without Exiv2 marking a picture does not write it again", "[metadata]") {
  const TemporaryFolder folder;
  demask::write_image(folder / "picture.jpg", Image(8, 8, PixelFormat::rgb));
  fs::create_hard_link(folder / "picture.jpg", folder / "same.jpg");
  demask::mark_as_synthetic(folder / "picture.jpg");
  CHECK(demask::is_marked_as_synthetic(folder / "picture.jpg"));
  CHECK(fs::equivalent(folder / "picture.jpg", folder / "same.jpg"));
}

TEST_CASE("a sidecar of other software is never replaced", "[metadata]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "picture.png";
  std::ofstream(folder / "picture.png.xmp") << "stars";
  expect_error(ErrorCode::unwritable_file, "picture.png.xmp",
               [&] { demask::write_image(path, Image(8, 8, PixelFormat::rgb), marked()); });
  CHECK_FALSE(fs::exists(path));
  CHECK(folder.file_count() == 1);
}

TEST_CASE("errors of marking without Exiv2", "[metadata]") {
  const TemporaryFolder folder;
  write_bytes(folder / "text.jpg", {'t', 'e', 'x', 't'});
  for (const char* name : {"missing.jpg", "text.jpg"}) {
    expect_error(ErrorCode::unreadable_file, name,
                 [&] { demask::mark_as_synthetic(folder / name); });
    expect_error(ErrorCode::unreadable_file, name,
                 [&] { static_cast<void>(demask::is_marked_as_synthetic(folder / name)); });
  }
  CHECK(folder.file_count() == 1);
}

TEST_CASE("EXIF that is damaged or out of range means upright", "[metadata]") {
  const TemporaryFolder folder;
  demask::write_image(folder / "plain.jpg", Image(8, 8, PixelFormat::rgb));
  const FileBytes plain = read_bytes(folder / "plain.jpg");
  const auto orientation = [&plain](const FileBytes& exif) {
    const FileBytes bytes = demask::test::jpeg_with_exif(plain, exif);
    return demask::io::parse_exif_orientation(bytes.data(), bytes.size());
  };
  const FileBytes exif = demask::test::make_exif(6, false);
  CHECK(orientation(exif) == 6);
  CHECK(orientation(demask::test::make_exif(9, false)) == 1);
  CHECK(orientation(demask::test::make_exif(0, true)) == 1);
  for (std::size_t size = 0; size < 20; ++size) {
    const int found = orientation({exif.begin(), exif.begin() + static_cast<std::ptrdiff_t>(size)});
    CHECK(found == (size == 19 ? 6 : 1));
  }
  FileBytes far_away = exif;
  std::fill_n(far_away.begin() + 4, 4, std::uint8_t{0xFF});
  CHECK(orientation(far_away) == 1);
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>
#include <optional>
#include <string>
#include <vector>

#include "../support/exif_orientation.hpp"
#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "io/exif_block.hpp"
#include "io/heif_file.hpp"
#include "io/jpeg_segments.hpp"
#include "io/png_chunks.hpp"
#include "io/resolution.hpp"
#include "temporary_folder.hpp"

namespace {

using demask::ErrorCode;
using demask::Image;
using demask::PixelFormat;
using demask::io::Resolution;
using demask::test::append_big;
using demask::test::append_bytes;
using demask::test::append_little;
using demask::test::append_text;
using demask::test::expect_error;
using demask::test::read_bytes;
using demask::test::TemporaryFolder;
using demask::test::write_bytes;
using Bytes = std::vector<std::uint8_t>;
namespace fs = std::filesystem;

const Image picture(40, 30, PixelFormat::rgb);
constexpr double per_inch = 1.0 / 0.0254;

Bytes encoded(const TemporaryFolder& folder, const std::string& extension) {
  demask::write_image(folder / ("plain" + extension), picture);
  Bytes bytes = read_bytes(folder / ("plain" + extension));
  fs::remove(folder / ("plain" + extension));
  return bytes;
}

/// An EXIF block with a resolution in inches and, if not 1, an orientation.
Bytes exif_with_resolution(std::uint32_t x, std::uint32_t y, std::uint16_t orientation) {
  Bytes exif;
  append_text(exif, "II");
  append_little(exif, 42, 2);
  append_little(exif, 8, 4);
  append_little(exif, 4, 2);
  const auto entry = [&exif](std::uint16_t tag, std::uint16_t type, std::uint32_t value) {
    append_little(exif, tag, 2);
    append_little(exif, type, 2);
    append_little(exif, 1, 4);
    append_little(exif, value, 4);
  };
  constexpr std::uint32_t after_directory = 8 + 2 + 4 * 12 + 4;
  entry(0x0112, 3, orientation);
  entry(0x011A, 5, after_directory);
  entry(0x011B, 5, after_directory + 8);
  entry(0x0128, 3, 2);
  append_little(exif, 0, 4);
  for (const std::uint32_t value : {x, std::uint32_t{1}, y, std::uint32_t{1}}) {
    append_little(exif, value, 4);
  }
  return exif;
}

/// A file of the format with a resolution in its own field; WebP has none, so its EXIF tells it.
fs::path with_resolution(const TemporaryFolder& folder, const std::string& extension, double x,
                         double y) {
  const fs::path path = folder / ("source" + extension);
  Bytes bytes = encoded(folder, extension);
  if (extension == ".tif") {
    REQUIRE(cv::imencode(
        ".tif", cv::Mat(30, 40, CV_8UC3, cv::Scalar::all(0)), bytes,
        {cv::IMWRITE_TIFF_RESUNIT, 2, cv::IMWRITE_TIFF_XDPI, 1, cv::IMWRITE_TIFF_YDPI, 1}));
  }
  if (extension == ".webp") {
    const Bytes exif =
        exif_with_resolution(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 1);
    bytes = demask::test::webp_with_exif(bytes, exif, 40, 30);
  } else {
    demask::io::set_resolution(bytes, {x * per_inch, y * per_inch, true});
  }
  write_bytes(path, bytes);
  return path;
}

std::optional<Resolution> resolution_of(const fs::path& path) {
  const Bytes bytes = read_bytes(path);
  Bytes exif;
  if (path.extension() == ".heic" || path.extension() == ".avif") {
    exif = demask::io::read_heif_metadata(bytes, "file").exif;
  } else {
    const auto block = demask::io::find_exif({bytes.data(), bytes.size()});
    exif.assign(block.data(), block.data() + block.size());
  }
  return demask::io::read_resolution(bytes, {exif.data(), exif.size()});
}

/// The formats whose own fields or, with Exiv2, EXIF hold a resolution.
std::vector<std::string> formats() {
  std::vector<std::string> list = {".jpg", ".png", ".tif", ".bmp"};
  if (DEMASK_TEST_WITH_EXIV2 != 0) {
    list.emplace_back(".webp");
  }
  if (DEMASK_TEST_WITH_EXIV2 != 0 && demask::io::has_heif()) {
    list.emplace_back(".heic");
    list.emplace_back(".avif");
  }
  return list;
}

Bytes segment(std::uint8_t marker, const std::string& content) {
  Bytes bytes;
  append_big(bytes, 0xFF00U + marker, 2);
  append_big(bytes, content.size() + 2, 2);
  append_text(bytes, content);
  return bytes;
}

Bytes chunk(const std::string& type, const std::string& content) {
  return demask::io::make_png_chunk(type, Bytes(content.begin(), content.end()));
}

bool contains(const Bytes& bytes, const std::string& text) {
  const Bytes part(text.begin(), text.end());
  return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end();
}

std::vector<std::string> chunk_types(const fs::path& path) {
  const Bytes bytes = read_bytes(path);
  std::vector<std::string> types;
  for (const auto& chunk : demask::io::png_chunks({bytes.data(), bytes.size()})) {
    types.push_back(chunk.type);
  }
  return types;
}

demask::EncodeOptions from(const fs::path& source) {
  demask::EncodeOptions options;
  options.metadata_source = source;
  return options;
}

}  // namespace

TEST_CASE("the resolution is kept between all formats", "[image_io]") {
  const TemporaryFolder folder;
  const std::string source_format = GENERATE(".jpg", ".png", ".tif", ".bmp", ".webp");
  const double x = GENERATE(300.0, 72.0, 118.0);
  const double y = GENERATE(300.0, 150.0);
  const fs::path source = with_resolution(folder, source_format, x, y);
  for (const std::string& format : formats()) {
    INFO(source_format << " to " << format << ", " << x << " x " << y);
    demask::EncodeOptions options = from(source);
    options.synthetic = format == ".jpg";
    demask::write_image(folder / ("out" + format), picture, options);
    const auto resolution = resolution_of(folder / ("out" + format));
    REQUIRE(resolution);
    CHECK(resolution->is_absolute);
    CHECK(demask::io::dots_per_inch(resolution->x) == Approx(x).margin(0.02));
    CHECK(demask::io::dots_per_inch(resolution->y) == Approx(y).margin(0.02));
  }
}

TEST_CASE("a resolution in centimeters and a shape of pixels are kept", "[image_io]") {
  const TemporaryFolder folder;
  Bytes bytes = encoded(folder, ".jpg");
  const Resolution given = GENERATE(Resolution{11800.0, 5900.0, true}, Resolution{2.0, 1.0, false});
  demask::io::set_resolution(bytes, given);
  write_bytes(folder / "source.jpg", bytes);
  for (const std::string format : {".jpg", ".png", ".tif"}) {
    INFO(format);
    demask::write_image(folder / ("out" + format), picture, from(folder / "source.jpg"));
    const auto resolution = resolution_of(folder / ("out" + format));
    REQUIRE(resolution);
    CHECK(resolution->is_absolute == given.is_absolute);
    CHECK(resolution->x / resolution->y == Approx(2.0).epsilon(0.001));
    if (given.is_absolute) {
      CHECK(resolution->x == Approx(given.x).epsilon(0.001));
    }
  }
}

TEST_CASE("a file without a resolution makes files without one", "[image_io]") {
  const TemporaryFolder folder;
  write_bytes(folder / "source.jpg", encoded(folder, ".jpg"));
  for (const std::string& format : formats()) {
    INFO(format);
    demask::write_image(folder / ("out" + format), picture, from(folder / "source.jpg"));
    CHECK_FALSE(resolution_of(folder / ("out" + format)));
  }
}

TEST_CASE("the resolutions of a photo that lies on its side are exchanged", "[image_io]") {
  const TemporaryFolder folder;
  write_bytes(
      folder / "source.jpg",
      demask::test::jpeg_with_exif(encoded(folder, ".jpg"), exif_with_resolution(300, 150, 6)));
  for (const std::string& format : formats()) {
    INFO(format);
    demask::write_image(folder / ("out" + format), picture, from(folder / "source.jpg"));
    const auto resolution = resolution_of(folder / ("out" + format));
    REQUIRE(resolution);
    CHECK(demask::io::dots_per_inch(resolution->x) == Approx(150.0).margin(0.02));
    CHECK(demask::io::dots_per_inch(resolution->y) == Approx(300.0).margin(0.02));
  }
}

TEST_CASE("comments of JPEG files are kept, all of them", "[image_io]") {
  const TemporaryFolder folder;
  Bytes bytes = encoded(folder, ".jpg");
  Bytes comments = segment(0xFE, "first comment");
  append_bytes(comments, segment(0xFE, std::string(65000, 'x')));
  append_bytes(comments, segment(0xFE, ""));
  demask::io::insert_jpeg_segments(bytes, comments);
  write_bytes(folder / "source.jpg", bytes);
  demask::EncodeOptions options = from(folder / "source.jpg");
  options.synthetic = GENERATE(false, true);
  demask::write_image(folder / "out.jpg", picture, options);
  const bool is_same = demask::io::jpeg_comments(read_bytes(folder / "out.jpg")) == comments;
  CHECK(is_same);
  CHECK(demask::read_image(folder / "out.jpg").width() == 40);
  // Marking a file keeps its own.
  demask::mark_as_synthetic(folder / "source.jpg");
  const bool is_kept = demask::io::jpeg_comments(read_bytes(folder / "source.jpg")) == comments;
  CHECK(is_kept);
  demask::write_image(folder / "out.png", picture, options);
  CHECK_FALSE(contains(read_bytes(folder / "out.png"), "first comment"));
}

TEST_CASE("texts and color chunks of PNG files are kept", "[image_io]") {
  const TemporaryFolder folder;
  Bytes bytes = encoded(folder, ".png");
  Bytes chunks = chunk("gAMA", std::string("\0\x01\x86\xA0", 4));
  append_bytes(chunks, chunk("gAMA", std::string("\0\0\xB1\x8F", 4)));  // a second one is wrong
  append_bytes(chunks, chunk("tEXt", std::string("Title\0a title", 13)));
  append_bytes(chunks, chunk("iTXt", std::string("Comment\0\0\0\0\0text", 16)));
  append_bytes(chunks, chunk("tEXt", std::string("Raw profile type xmp\0x", 22)));
  append_bytes(chunks, chunk("tIME", std::string(7, '\x01')));
  Bytes damaged = chunk("tEXt", std::string("Damaged\0text", 12));
  damaged.back() ^= 1U;
  append_bytes(chunks, damaged);
  demask::io::insert_png_chunks(bytes, chunks);
  write_bytes(folder / "source.png", bytes);
  demask::EncodeOptions options = from(folder / "source.png");
  options.synthetic = GENERATE(false, true);
  demask::write_image(folder / "out.png", picture, options);
  const Bytes written = read_bytes(folder / "out.png");
  CHECK(contains(written, std::string("tEXtTitle\0a title", 17)));
  CHECK(contains(written, std::string("iTXtComment\0\0\0\0\0text", 20)));
  CHECK(contains(written, std::string("gAMA\0\x01\x86\xA0", 8)));
  CHECK_FALSE(contains(written, "Damaged"));
  CHECK_FALSE(contains(written, "Raw profile"));
  const std::vector<std::string> types = chunk_types(folder / "out.png");
  CHECK(std::count(types.begin(), types.end(), "gAMA") == 1);
  CHECK(std::count(types.begin(), types.end(), "tIME") == 0);
  CHECK(demask::read_image(folder / "out.png").width() == 40);
  // Marking a file keeps its own.
  demask::mark_as_synthetic(folder / "source.png");
  CHECK(contains(read_bytes(folder / "source.png"), std::string("tEXtTitle\0a title", 17)));
}

TEST_CASE("files of several pages, frames or images are refused", "[image_io]") {
  const TemporaryFolder folder;
  const auto expect_refused = [&](const Bytes& bytes, const std::string& name,
                                  const std::string& text) {
    INFO(name);
    write_bytes(folder / name, bytes);
    const std::string message = expect_error(ErrorCode::unsupported_format, text, [&] {
      static_cast<void>(demask::read_image(folder / name));
    });
    CHECK_THAT(message, Catch::Matchers::Contains(name) && Catch::Matchers::Contains("; "));
  };
  const cv::Mat page(9, 8, CV_8UC3, cv::Scalar::all(50));
  REQUIRE(
      cv::imwritemulti((folder / "pages.tif").string(), std::vector<cv::Mat>{page, page, page}));
  expect_refused(read_bytes(folder / "pages.tif"), "pages.tif", "holds 3 pages");

  Bytes animation = encoded(folder, ".png");
  demask::io::insert_png_chunks(animation, chunk("acTL", std::string("\0\0\0\x02\0\0\0\0", 8)));
  expect_refused(animation, "clip.png", "animated");
  // One frame is a still picture.
  Bytes still = encoded(folder, ".png");
  demask::io::insert_png_chunks(still, chunk("acTL", std::string("\0\0\0\x01\0\0\0\0", 8)));
  CHECK(demask::decode_image(still.data(), still.size()).width() == 40);

  const std::string gif("GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02L\x01\0;", 34);
  expect_refused(Bytes(gif.begin(), gif.end()), "dot.gif", "GIF");
  expect_error(ErrorCode::unreadable_file, "dot.gif",
               [&] { demask::mark_as_synthetic(folder / "dot.gif"); });

  std::string sequence(
      "\0\0\0\x18"
      "ftypavis\0\0\0\0avisavif",
      24);
  sequence += std::string(
      "\0\0\0\x08"
      "moov",
      8);
  expect_refused(Bytes(sequence.begin(), sequence.end()), "clip.avif", "animated");
}

TEST_CASE("a reduced copy beside the page of a TIFF file is no page", "[image_io]") {
  const TemporaryFolder folder;
  const cv::Mat page(9, 8, CV_8UC3, cv::Scalar::all(50));
  REQUIRE(cv::imwritemulti((folder / "pages.tif").string(), std::vector<cv::Mat>{page, page}));
  // Turns an entry of the second directory into the one that says "reduced copy".
  Bytes bytes = read_bytes(folder / "pages.tif");
  const auto number = [&bytes](std::size_t offset, unsigned count) {
    std::size_t value = 0;
    for (unsigned i = count; i-- > 0;) {
      value = value << 8U | bytes[offset + i];
    }
    return value;
  };
  const std::size_t first = number(4, 4);
  const std::size_t second = number(first + 2 + number(first, 2) * 12, 4);
  for (std::size_t i = 0; i < number(second, 2); ++i) {
    const std::size_t entry = second + 2 + i * 12;
    if (number(entry, 2) == 254) {
      bytes[entry + 8] = 1;
    }
  }
  if (number(second + 2, 2) != 254) {
    Bytes replaced = {254, 0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0};
    std::copy(replaced.begin(), replaced.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(second + 2));
  }
  CHECK(demask::decode_image(bytes.data(), bytes.size()).width() == 8);
}

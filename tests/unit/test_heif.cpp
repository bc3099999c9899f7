// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "../support/exif_orientation.hpp"
#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "io/heif_file.hpp"
#include "io/image_header.hpp"
#include "temporary_folder.hpp"

namespace {

using demask::ErrorCode;
using demask::Image;
using demask::PixelFormat;
using demask::io::FileFormat;
using demask::io::HeifMetadata;
using demask::test::expect_error;
using demask::test::read_bytes;
using demask::test::TemporaryFolder;
using demask::test::write_bytes;
using Bytes = std::vector<std::uint8_t>;
namespace fs = std::filesystem;

/// Quadrants of four colors.
Image quadrants(int width, int height, PixelFormat format) {
  Image image(width, height, format);
  const int channels = demask::channels(format);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int quadrant = (x < width / 2 ? 0 : 1) + (y < height / 2 ? 0 : 2);
      for (int c = 0; c < channels; ++c) {
        const int level = c == 3 ? 255 - 60 * quadrant : 30 + 60 * quadrant + 10 * c;
        image.row(y)[x * channels + c] = static_cast<std::uint8_t>(level);
      }
    }
  }
  return image;
}

double mean_difference(const Image& a, const Image& b) {
  REQUIRE(a.size_bytes() == b.size_bytes());
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size_bytes(); ++i) {
    sum += std::abs(int{a.data()[i]} - int{b.data()[i]});
  }
  return sum / static_cast<double>(a.size_bytes());
}

Image decode(const Bytes& bytes, std::int64_t max_pixels = demask::default_max_pixels) {
  return demask::decode_image(bytes.data(), bytes.size(), "photo", max_pixels);
}

Bytes encode(const TemporaryFolder& folder, const std::string& extension, const Image& image) {
  const fs::path path = folder / ("encoded" + extension);
  demask::write_image(path, image);
  Bytes bytes = read_bytes(path);
  fs::remove(path);
  return bytes;
}

/// The position of a box's type.
std::size_t find(const Bytes& bytes, const char* type) {
  const auto hit = std::search(bytes.begin(), bytes.end(), type, type + 4);
  REQUIRE(hit != bytes.end());
  return static_cast<std::size_t>(hit - bytes.begin());
}

/// Whether the tests of HEIC and AVIF apply to this build.
bool has_no_heif() { return !demask::io::has_heif(); }

}  // namespace

TEST_CASE("HEIC and AVIF files are recognized in every build", "[heif]") {
  const std::string brand = GENERATE("heic", "heix", "mif1", "avif");
  std::string head(
      "\0\0\0\x14"
      "ftyp",
      8);
  head += brand + std::string(4, '\0') + brand;
  head += std::string(
      "\0\0\0\x0C"
      "meta\0\0\0\0",
      12);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(head.data());
  const auto header = demask::io::inspect_header(bytes, head.size());
  REQUIRE(header);
  CHECK(header->format == (brand == "avif" ? FileFormat::avif : FileFormat::heic));
  expect_error(has_no_heif() ? ErrorCode::unsupported_format : ErrorCode::unreadable_file, "photo",
               [&] { static_cast<void>(demask::decode_image(bytes, head.size(), "photo")); });
  const std::string video(
      "\0\0\0\x10"
      "ftypisom\0\0\0\0",
      16);
  CHECK_FALSE(demask::io::inspect_header(reinterpret_cast<const std::uint8_t*>(video.data()),
                                         video.size()));
}

TEST_CASE("a build without libheif says so", "[heif]") {
  const TemporaryFolder folder;
  CHECK(demask::is_image_name("a.heic") == !has_no_heif());
  CHECK(demask::is_image_name("a.AVIF") == !has_no_heif());
  if (has_no_heif()) {
    expect_error(ErrorCode::unsupported_format, "without HEIC",
                 [&] { demask::write_image(folder / "a.heic", Image(8, 8, PixelFormat::rgb)); });
    CHECK(folder.file_count() == 0);
  }
}

TEST_CASE("HEIC and AVIF files come close to the picture", "[heif]") {
  if (has_no_heif()) {
    return;
  }
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".heic", ".heif", ".hif", ".avif", ".HEIC");
  const PixelFormat format = GENERATE(PixelFormat::gray, PixelFormat::rgb, PixelFormat::rgba);
  const cv::Size size = GENERATE(cv::Size(64, 48), cv::Size(61, 43), cv::Size(2, 2));
  const Image image = quadrants(size.width, size.height, format);
  demask::write_image(folder / ("photo" + extension), image);
  const Image read = demask::read_image(folder / ("photo" + extension));
  INFO(extension << " " << size);
  const PixelFormat expected = format == PixelFormat::rgba ? format : PixelFormat::rgb;
  REQUIRE(read.format() == expected);
  REQUIRE(read.width() == size.width);
  REQUIRE(read.height() == size.height);
  CHECK(mean_difference(read, demask::convert(image, expected)) < 4.0);
}

TEST_CASE("a single pixel is an image in HEIC and AVIF, too", "[heif]") {
  if (has_no_heif()) {
    return;
  }
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".heic", ".avif");
  const Bytes bytes = encode(folder, extension, Image(1, 1, PixelFormat::rgb));
  CHECK(decode(bytes).width() == 1);
}

TEST_CASE("lower quality makes smaller HEIC and AVIF files", "[heif]") {
  if (has_no_heif()) {
    return;
  }
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".heic", ".avif");
  cv::Mat noise(64, 64, CV_8UC3);
  cv::randu(noise, 0, 256);
  const demask::ImageView view{noise.data, 64, 64, 0, PixelFormat::rgb};
  demask::EncodeOptions coarse;
  coarse.jpeg_quality = 10;
  demask::write_image(folder / ("fine" + extension), view);
  demask::write_image(folder / ("coarse" + extension), view, coarse);
  CHECK(fs::file_size(folder / ("coarse" + extension)) <
        fs::file_size(folder / ("fine" + extension)));
}

TEST_CASE("the pixel limit of HEIC and AVIF is checked before pixels are decoded", "[heif]") {
  if (has_no_heif()) {
    return;
  }
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".heic", ".avif");
  Bytes bytes = encode(folder, extension, quadrants(40, 50, PixelFormat::rgb));
  CHECK(decode(bytes, 64 * 64).width() == 40);
  expect_error(ErrorCode::image_too_large, "photo",
               [&] { static_cast<void>(decode(bytes, 1999)); });
  // A header that promises 60000 x 60000 pixels.
  const std::size_t size = find(bytes, "ispe") + 8;
  for (const std::size_t side : {size, size + 4}) {
    bytes[side] = bytes[side + 1] = 0;
    bytes[side + 2] = 0xEA;
    bytes[side + 3] = 0x60;
  }
  expect_error(ErrorCode::image_too_large, "60000 x 60000",
               [&] { static_cast<void>(decode(bytes)); });
}

TEST_CASE("a truncated HEIC or AVIF file is an error", "[heif]") {
  if (has_no_heif()) {
    return;
  }
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".heic", ".avif");
  cv::Mat noise(64, 64, CV_8UC3);
  cv::randu(noise, 0, 256);
  demask::write_image(folder / ("noise" + extension), {noise.data, 64, 64, 0, PixelFormat::rgb});
  const Bytes whole = read_bytes(folder / ("noise" + extension));
  REQUIRE(decode(whole).width() == 64);
  for (const double share : {0.01, 0.1, 0.3, 0.5, 0.9, 0.99}) {
    INFO(extension << " cut to " << share);
    const auto size = static_cast<std::ptrdiff_t>(share * static_cast<double>(whole.size()));
    const Bytes part(whole.begin(), whole.begin() + size);
    expect_error(ErrorCode::unreadable_file, "photo", [&] { static_cast<void>(decode(part)); });
  }
}

TEST_CASE("damaged HEIC and AVIF headers neither crash nor hang", "[heif]") {
  if (has_no_heif()) {
    return;
  }
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".heic", ".avif");
  const Bytes whole = encode(folder, extension, quadrants(16, 16, PixelFormat::rgba));
  for (std::size_t i = 0; i < std::min<std::size_t>(whole.size(), 700); i += 3) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      Bytes damaged = whole;
      damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ flip);
      try {
        const Image image = decode(damaged, 1'000'000);
        CHECK_FALSE(image.empty());
      } catch (const demask::Error& error) {
        CHECK(error.code() != ErrorCode::internal);
      }
    }
  }
}

TEST_CASE("HEIC and AVIF files carry metadata and code points of color", "[heif]") {
  if (has_no_heif()) {
    return;
  }
  const FileFormat format = GENERATE(FileFormat::heic, FileFormat::avif);
  const cv::Mat picture(16, 16, CV_8UC3, cv::Scalar(10, 20, 30));
  HeifMetadata metadata;
  metadata.exif = demask::test::make_exif(6, false);
  metadata.xmp = {'<', 'x', '/', '>'};
  SECTION("with code points") {
    metadata.color = demask::io::ColorCodes{12, 13};  // Display P3
    const Bytes bytes = demask::io::encode_heif(picture, format, 90, metadata, "photo");
    const HeifMetadata read = demask::io::read_heif_metadata(bytes, "photo");
    CHECK(read.exif == metadata.exif);
    CHECK(read.xmp == metadata.xmp);
    REQUIRE(read.color);
    CHECK(read.color->primaries == 12);
    CHECK(read.color->transfer == 13);
    // The EXIF orientation means nothing here, because the container holds its own.
    CHECK(decode(bytes).width() == 16);
  }
  SECTION("with a profile") {
    metadata.icc_profile = Bytes(200, 7);
    const Bytes bytes = demask::io::encode_heif(picture, format, 90, metadata, "photo");
    CHECK(demask::io::read_heif_metadata(bytes, "photo").icc_profile == metadata.icc_profile);
  }
}

TEST_CASE("a file made from an AVIF file keeps its code points", "[heif]") {
  if (has_no_heif()) {
    return;
  }
  const TemporaryFolder folder;
  const cv::Mat picture(16, 16, CV_8UC3, cv::Scalar(10, 20, 30));
  HeifMetadata metadata;
  metadata.color = demask::io::ColorCodes{9, 16};  // BT.2020 with the curve of HDR10
  write_bytes(folder / "photo.avif",
              demask::io::encode_heif(picture, FileFormat::avif, 90, metadata, "photo"));
  demask::EncodeOptions options;
  options.metadata_source = folder / "photo.avif";
  demask::write_image(folder / "out.heic", demask::read_image(folder / "photo.avif"), options);
  const auto color = demask::io::read_heif_metadata(read_bytes(folder / "out.heic"), "out").color;
  REQUIRE(color);
  CHECK(color->primaries == 9);
  CHECK(color->transfer == 16);
}

TEST_CASE("marking a finished HEIC file writes the mark beside it", "[heif]") {
  if (has_no_heif()) {
    return;
  }
  const TemporaryFolder folder;
  const fs::path path = folder / "photo.heic";
  demask::write_image(path, quadrants(16, 16, PixelFormat::rgb));
  const Bytes before = read_bytes(path);
  CHECK_FALSE(demask::is_marked_as_synthetic(path));
  demask::mark_as_synthetic(path);
  CHECK(demask::is_marked_as_synthetic(path));
  CHECK(read_bytes(path) == before);
  CHECK(fs::exists(folder / "photo.heic.xmp"));
  // A picture that is written with the mark holds it itself.
  demask::EncodeOptions options;
  options.synthetic = true;
  demask::write_image(folder / "marked.heic", quadrants(16, 16, PixelFormat::rgb), options);
  CHECK(demask::is_marked_as_synthetic(folder / "marked.heic"));
  CHECK(fs::exists(folder / "marked.heic.xmp") == (DEMASK_TEST_WITH_EXIV2 == 0));
}

TEST_CASE("threads read and write HEIC at once, with the same result", "[heif][threads]") {
  if (has_no_heif()) {
    return;
  }
  const TemporaryFolder folder;
  const Image image = quadrants(96, 64, PixelFormat::rgb);
  const Bytes expected = encode(folder, ".heic", image);
  const Image pixels = decode(expected);
  std::vector<int> same(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < same.size(); ++i) {
    threads.emplace_back([&, i] {
      const fs::path path = folder / (std::to_string(i) + ".heic");
      demask::write_image(path, image);
      const Image read = demask::read_image(path);
      same[i] = read_bytes(path) == expected &&
                std::memcmp(read.data(), pixels.data(), pixels.size_bytes()) == 0;
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(same == std::vector<int>(4, 1));
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "../support/exif_orientation.hpp"
#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "io/image_header.hpp"
#include "temporary_folder.hpp"

namespace {

using demask::ErrorCode;
using demask::Image;
using demask::PixelFormat;
using demask::test::expect_error;
using demask::test::read_bytes;
using demask::test::TemporaryFolder;
using demask::test::write_bytes;
using Bytes = std::vector<std::uint8_t>;
namespace fs = std::filesystem;

/// Any 16-bit values, 48 x 32 pixels.
cv::Mat deep_noise(int channels) {
  cv::Mat noise(32, 48, CV_16UC(channels));
  cv::randu(noise, 0, 65536);
  return noise;
}

Bytes encode(const cv::Mat& image, const std::string& extension) {
  Bytes bytes;
  REQUIRE(cv::imencode(extension, image, bytes));
  return bytes;
}

cv::Mat read_deep(const fs::path& path) {
  const cv::Mat image = cv::imread(path.string(), cv::IMREAD_UNCHANGED);
  REQUIRE(image.depth() == CV_16U);
  return image;
}

/// A mask of the photo's size in which a rectangle has changed.
Image rectangle_mask(const Image& photo, const cv::Rect& changed) {
  Image mask(photo.width(), photo.height(), PixelFormat::gray);
  for (int y = changed.y; y < changed.y + changed.height; ++y) {
    std::fill_n(mask.row(y) + changed.x, changed.width, std::uint8_t{255});
  }
  return mask;
}

/// Fills a rectangle with one level in all channels.
void paint(Image& photo, const cv::Rect& place, std::uint8_t level) {
  const int channels = demask::channels(photo.format());
  for (int y = place.y; y < place.y + place.height; ++y) {
    std::fill_n(photo.row(y) + place.x * channels, place.width * channels, level);
  }
}

const cv::Rect face(5, 6, 12, 9);

}  // namespace

TEST_CASE("files of 16 bits per channel are read in 8, rounded to nearest", "[image_io]") {
  const std::string extension = GENERATE(".png", ".tif");
  const int channels = GENERATE(1, 3, 4);
  const cv::Mat deep = deep_noise(channels);
  const Bytes bytes = encode(deep, extension);
  const Image image = demask::decode_image(bytes.data(), bytes.size());
  REQUIRE(image.width() == 48);
  REQUIRE(demask::channels(image.format()) == channels);
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 48; ++x) {
      // OpenCV's order is BGR, demask's RGB; alpha is the last in both.
      for (int c = 0; c < channels; ++c) {
        const int stored = channels == 1 || c == 3 ? c : 2 - c;
        const int level = deep.ptr<std::uint16_t>(y)[x * channels + stored];
        REQUIRE(int{image.row(y)[x * channels + c]} == (level + 128) / 257);
      }
    }
  }
}

TEST_CASE("16-bit values outside the changed pixels come back to the bit", "[image_io]") {
  const TemporaryFolder folder;
  const std::string from = GENERATE(".png", ".tif");
  const std::string to = GENERATE(".png", ".tiff");
  const int channels = GENERATE(1, 3, 4);
  const cv::Mat deep = deep_noise(channels);
  const fs::path source = folder / ("photo" + from);
  write_bytes(source, encode(deep, from));
  Image photo = demask::read_image(source);
  paint(photo, face, 77);
  const Image changed = rectangle_mask(photo, face);
  demask::EncodeOptions options;
  options.pixel_source = source;
  options.changed = changed.view();
  SECTION("into another file") {
    demask::write_image(folder / ("out" + to), photo, options);
    cv::Mat expected = deep.clone();
    expected(face).setTo(cv::Scalar::all(77 * 257));
    CHECK(cv::norm(read_deep(folder / ("out" + to)), expected, cv::NORM_INF) == 0.0);
  }
  SECTION("over the same file, with its metadata") {
    options.metadata_source = source;
    options.synthetic = true;
    demask::write_image(source, photo, options);
    cv::Mat expected = deep.clone();
    expected(face).setTo(cv::Scalar::all(77 * 257));
    CHECK(cv::norm(read_deep(source), expected, cv::NORM_INF) == 0.0);
    CHECK(demask::is_marked_as_synthetic(source));
  }
  SECTION("other formats and other calls give 8 bits") {
    demask::write_image(folder / "out.jpg", photo, options);
    CHECK(cv::imread((folder / "out.jpg").string(), cv::IMREAD_UNCHANGED).depth() == CV_8U);
    options.changed.reset();
    demask::write_image(folder / ("out" + to), photo, options);
    CHECK(cv::imread((folder / ("out" + to)).string(), cv::IMREAD_UNCHANGED).depth() == CV_8U);
  }
}

TEST_CASE("deep photos are turned upright like others", "[image_io]") {
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".png", ".tif");
  const cv::Mat deep = deep_noise(3);
  const std::uint16_t orientation =
      GENERATE(std::uint16_t{1}, std::uint16_t{2}, std::uint16_t{3}, std::uint16_t{4},
               std::uint16_t{5}, std::uint16_t{6}, std::uint16_t{7}, std::uint16_t{8});
  INFO(extension << " orientation " << orientation);
  const Bytes plain = encode(deep, extension);
  const fs::path source = folder / ("photo" + extension);
  write_bytes(source,
              extension == ".png"
                  ? demask::test::png_with_exif(plain, demask::test::make_exif(orientation, false))
                  : demask::test::tiff_with_orientation(plain, orientation));
  const Image photo = demask::read_image(source);
  const Image unchanged(photo.width(), photo.height(), PixelFormat::gray);
  demask::EncodeOptions options;
  options.pixel_source = source;
  options.metadata_source = source;
  options.changed = unchanged.view();
  demask::write_image(folder / ("out" + extension), photo, options);
  cv::Mat expected = deep;
  if (orientation >= 5) {
    cv::transpose(deep, expected);
  }
  // After a transposition: orientation 5 as it is, 6 mirrored, 7 turned by 180 degrees, 8 flipped.
  const int kind = orientation >= 5 ? orientation - 5 : orientation - 1;
  if (kind > 0) {
    cv::flip(expected, expected, kind == 1 ? 1 : kind == 2 ? -1 : 0);
  }
  CHECK(cv::norm(read_deep(folder / ("out" + extension)), expected, cv::NORM_INF) == 0.0);
}

TEST_CASE("the source of the depth has to fit the picture", "[image_io]") {
  const TemporaryFolder folder;
  const fs::path source = folder / "photo.png";
  write_bytes(source, encode(deep_noise(3), ".png"));
  const Image photo = demask::read_image(source);
  const Image mask = rectangle_mask(photo, face);
  demask::EncodeOptions options;
  options.pixel_source = source;
  options.changed = mask.view();
  const auto expect_invalid = [&](const Image& picture, const std::string& name) {
    expect_error(ErrorCode::invalid_argument, name,
                 [&] { demask::write_image(folder / "out.png", picture, options); });
  };
  expect_invalid(Image(10, 10, PixelFormat::rgb), "pixel_source");
  expect_invalid(demask::convert(photo, PixelFormat::gray), "pixel_source");
  const Image small(10, 10, PixelFormat::gray);
  options.changed = small.view();
  expect_invalid(photo, "changed");
  const Image colored(48, 32, PixelFormat::rgb);
  options.changed = colored.view();
  expect_invalid(photo, "changed");
  options.pixel_source = folder / "missing.png";
  expect_error(ErrorCode::unreadable_file, "missing.png",
               [&] { demask::write_image(folder / "out.png", photo, options); });
  CHECK_FALSE(fs::exists(folder / "out.png"));
}

TEST_CASE("a picture without alpha takes the colors of a source that has it", "[image_io]") {
  const TemporaryFolder folder;
  const cv::Mat deep = deep_noise(4);
  write_bytes(folder / "photo.png", encode(deep, ".png"));
  const Image photo = demask::convert(demask::read_image(folder / "photo.png"), PixelFormat::bgr);
  const Image mask(48, 32, PixelFormat::gray);
  demask::EncodeOptions options;
  options.pixel_source = folder / "photo.png";
  options.changed = mask.view();
  demask::write_image(folder / "out.png", photo, options);
  cv::Mat expected;
  cv::cvtColor(deep, expected, cv::COLOR_BGRA2BGR);
  CHECK(cv::norm(read_deep(folder / "out.png"), expected, cv::NORM_INF) == 0.0);
}

TEST_CASE("TIFF files of floating-point numbers are unsupported", "[image_io]") {
  const Bytes bytes = encode(cv::Mat(8, 8, CV_32FC3, cv::Scalar::all(0.5)), ".tif");
  expect_error(ErrorCode::unsupported_format, "photo.tif", [&] {
    static_cast<void>(demask::decode_image(bytes.data(), bytes.size(), "photo.tif"));
  });
}

TEST_CASE("16-bit TIFF files of other color models are unsupported", "[image_io]") {
  Bytes bytes = encode(deep_noise(3), ".tif");
  // The tags photometric interpretation and planar configuration, which OpenCV writes.
  const auto with_value = [&bytes](std::uint8_t tag, std::uint8_t value) {
    Bytes changed = bytes;
    const std::array<std::uint8_t, 8> entry = {tag, 1, 3, 0, 1, 0, 0, 0};
    const auto place = std::search(changed.begin(), changed.end(), entry.begin(), entry.end());
    REQUIRE(place != changed.end());
    *(place + 8) = value;
    return changed;
  };
  constexpr std::uint8_t photometric = 262 - 256;
  constexpr std::uint8_t planar_configuration = 284 - 256;
  for (const Bytes& changed : {with_value(photometric, 5), with_value(photometric, 8),
                               with_value(photometric, 0), with_value(planar_configuration, 2)}) {
    expect_error(ErrorCode::unsupported_format, "16 bits per channel", [&] {
      static_cast<void>(demask::decode_image(changed.data(), changed.size(), "photo.tif"));
    });
  }
}

TEST_CASE("a lossless WebP file stays lossless", "[image_io]") {
  const TemporaryFolder folder;
  const int type = GENERATE(CV_8UC3, CV_8UC4);
  cv::Mat noise(31, 45, type);
  cv::randu(noise, 0, 256);
  Image photo(45, 31, type == CV_8UC4 ? PixelFormat::bgra : PixelFormat::bgr);
  std::copy_n(noise.data, photo.size_bytes(), photo.data());
  if (type == CV_8UC4) {
    // The color of transparent pixels counts, too.
    for (std::size_t i = 3; i < photo.size_bytes(); i += 8) {
      photo.data()[i] = 0;
    }
  }
  demask::EncodeOptions options;
  demask::write_image(folder / "photo.png", photo);
  demask::write_image(folder / "lossy.webp", photo, options);
  options.pixel_source = folder / "lossy.webp";
  demask::write_image(folder / "out.webp", photo, options);
  const Bytes lossy = read_bytes(folder / "out.webp");
  CHECK_FALSE(demask::io::inspect_header(lossy.data(), lossy.size())->lossless);

  Bytes lossless;
  REQUIRE(cv::imencode(".webp", noise, lossless, {cv::IMWRITE_WEBP_QUALITY, 101}));
  write_bytes(folder / "lossless.webp", lossless);
  options.pixel_source = folder / "lossless.webp";
  options.metadata_source = folder / "lossless.webp";
  options.synthetic = GENERATE(false, true);
  demask::write_image(folder / "out.webp", photo, options);
  const Image expected = demask::read_image(folder / "photo.png");
  const Image written = demask::read_image(folder / "out.webp");
  REQUIRE(written.size_bytes() == expected.size_bytes());
  CHECK(std::equal(written.data(), written.data() + written.size_bytes(), expected.data()));
  CHECK(demask::is_marked_as_synthetic(folder / "out.webp") == options.synthetic);
}

// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "../support/exif_orientation.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "temporary_folder.hpp"

namespace {

using demask::ErrorCode;
using demask::Image;
using demask::ImageView;
using demask::PixelFormat;
using demask::test::TemporaryFolder;
using Bytes = std::vector<std::uint8_t>;

/// A smooth picture, so that lossy formats come close to it.
Image make_picture(int width, int height, PixelFormat format) {
  Image image(width, height, format);
  const int count = demask::channels(format);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < count; ++c) {
        const int value = c == 3 ? 40 + 200 * x / width : (c * 60 + x * 2 + y * 3) % 256;
        image.row(y)[x * count + c] = static_cast<std::uint8_t>(std::min(value, 255));
      }
    }
  }
  return image;
}

int largest_difference(const Image& a, const Image& b) {
  REQUIRE(a.width() == b.width());
  REQUIRE(a.height() == b.height());
  REQUIRE(a.format() == b.format());
  int largest = 0;
  for (std::size_t i = 0; i < a.size_bytes(); ++i) {
    largest = std::max(largest, std::abs(int{a.data()[i]} - int{b.data()[i]}));
  }
  return largest;
}

bool is_same(const Image& a, const Image& b) { return largest_difference(a, b) == 0; }

Bytes encode(const cv::Mat& image, const char* extension) {
  Bytes bytes;
  REQUIRE(cv::imencode(extension, image, bytes));
  return bytes;
}

Image decode(const Bytes& bytes, std::int64_t max_pixels = demask::default_max_pixels) {
  return demask::decode_image(bytes.data(), bytes.size(), "picture", max_pixels);
}

template <typename Action>
demask::Error error_of(const Action& action) {
  try {
    action();
  } catch (const demask::Error& error) {
    return error;
  }
  FAIL("no demask::Error was thrown");
  std::abort();
}

/// Requires an error with this code, whose message names the subject and ends with a remedy.
template <typename Action>
void require_error(ErrorCode code, const std::string& name, const Action& action) {
  const demask::Error error = error_of(action);
  INFO(error.what());
  CHECK(std::string(demask::to_string(error.code())) == demask::to_string(code));
  CHECK(std::string(error.what()).find(name) != std::string::npos);
  CHECK(std::string(error.what()).find("; ") != std::string::npos);
}

/// @param picture  48 x 32 pixels.
Bytes with_orientation(const Bytes& picture, const std::string& extension,
                       std::uint16_t orientation) {
  const Bytes exif = demask::test::make_exif(orientation, orientation % 2 == 0);
  if (extension == ".jpg") {
    return demask::test::jpeg_with_exif(picture, exif);
  }
  if (extension == ".png") {
    return demask::test::png_with_exif(picture, exif);
  }
  if (extension == ".webp") {
    return demask::test::webp_with_exif(picture, exif, 48, 32);
  }
  return demask::test::tiff_with_orientation(picture, orientation);
}

}  // namespace

TEST_CASE("lossless formats give back every pixel", "[image_io]") {
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".png", ".tif", ".tiff", ".bmp", ".PNG");
  const PixelFormat format = GENERATE(PixelFormat::gray, PixelFormat::rgb, PixelFormat::rgba);
  const Image image = make_picture(37, 23, format);
  demask::write_image(folder / ("picture" + extension), image);
  const Image read = demask::read_image(folder / ("picture" + extension));
  const bool keeps_alpha = extension != ".bmp";
  if (format == PixelFormat::rgba && !keeps_alpha) {
    CHECK(is_same(read, demask::convert(image, PixelFormat::rgb)));
  } else if (format == PixelFormat::gray && extension == ".bmp" &&
             read.format() == PixelFormat::rgb) {
    CHECK(is_same(read, demask::convert(image, PixelFormat::rgb)));
  } else {
    CHECK(is_same(read, image));
  }
  CHECK(folder.file_count() == 1);
}

TEST_CASE("lossy formats come close", "[image_io]") {
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".jpg", ".jpeg", ".webp");
  const Image image(make_picture(64, 48, PixelFormat::rgb));
  cv::Mat smooth(48, 64, CV_8UC3, cv::Scalar(50, 120, 200));
  const ImageView view{smooth.data, 64, 48, 0, PixelFormat::rgb};
  demask::write_image(folder / ("picture" + extension), view);
  const Image read = demask::read_image(folder / ("picture" + extension));
  CHECK(largest_difference(read, Image(view)) <= 6);
  demask::EncodeOptions coarse;
  coarse.jpeg_quality = 10;
  demask::write_image(folder / ("fine" + extension), image);
  demask::write_image(folder / ("coarse" + extension), image, coarse);
  CHECK(std::filesystem::file_size(folder / ("coarse" + extension)) <
        std::filesystem::file_size(folder / ("fine" + extension)));
}

TEST_CASE("every channel order and stride is written the same way", "[image_io]") {
  const TemporaryFolder folder;
  const PixelFormat format = GENERATE(PixelFormat::rgb, PixelFormat::bgr, PixelFormat::rgba,
                                      PixelFormat::bgra, PixelFormat::gray);
  const Image image = demask::convert(make_picture(20, 10, PixelFormat::rgb), format);
  const std::ptrdiff_t stride = image.stride() + 5;
  Bytes padded(static_cast<std::size_t>(stride * image.height()), 77);
  for (int y = 0; y < image.height(); ++y) {
    std::memcpy(padded.data() + y * stride, image.row(y), static_cast<std::size_t>(image.stride()));
  }
  demask::write_image(folder / "picture.png", {padded.data(), 20, 10, stride, format});
  const Image read = demask::read_image(folder / "picture.png");
  CHECK(is_same(read, demask::convert(image, read.format())));
  demask::write_image(folder / "picture.jpg", {padded.data(), 20, 10, stride, format});
  const PixelFormat expected = format == PixelFormat::gray ? PixelFormat::gray : PixelFormat::rgb;
  CHECK(demask::read_image(folder / "picture.jpg").format() == expected);
}

TEST_CASE("palette and bilevel files decode to 8 bits", "[image_io]") {
  cv::Mat bilevel(9, 13, CV_8UC1, cv::Scalar(0));
  bilevel.colRange(0, 5).setTo(255);
  Bytes bytes;
  REQUIRE(cv::imencode(".png", bilevel, bytes, {cv::IMWRITE_PNG_BILEVEL, 1}));
  const Image image = decode(bytes);
  CHECK(image.format() == PixelFormat::gray);
  CHECK(int{image.row(0)[0]} == 255);
  CHECK(int{image.row(0)[12]} == 0);
}

TEST_CASE("the EXIF orientation is applied to the pixels", "[image_io]") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif");
  // Quadrants of four levels of gray; far apart, so that JPEG keeps them distinct.
  cv::Mat upright(32, 48, CV_8UC3);
  upright(cv::Rect(0, 0, 24, 16)).setTo(cv::Scalar::all(0));
  upright(cv::Rect(24, 0, 24, 16)).setTo(cv::Scalar::all(80));
  upright(cv::Rect(0, 16, 24, 16)).setTo(cv::Scalar::all(160));
  upright(cv::Rect(24, 16, 24, 16)).setTo(cv::Scalar::all(240));
  const Bytes plain = encode(upright, extension.c_str());
  // For each orientation, the stored quadrants that appear at top left, top right, bottom left and
  // bottom right.
  const std::array<std::array<int, 4>, 8> seen = {{{0, 1, 2, 3},
                                                   {1, 0, 3, 2},
                                                   {3, 2, 1, 0},
                                                   {2, 3, 0, 1},
                                                   {0, 2, 1, 3},
                                                   {2, 0, 3, 1},
                                                   {3, 1, 2, 0},
                                                   {1, 3, 0, 2}}};
  for (std::uint16_t orientation = 1; orientation <= 8; ++orientation) {
    INFO(extension << " orientation " << orientation);
    const Image image = decode(with_orientation(plain, extension, orientation));
    const bool is_turned = orientation >= 5;
    REQUIRE(image.width() == (is_turned ? 32 : 48));
    REQUIRE(image.height() == (is_turned ? 48 : 32));
    for (int corner = 0; corner < 4; ++corner) {
      const int x = corner % 2 == 0 ? 5 : image.width() - 6;
      const int y = corner / 2 == 0 ? 5 : image.height() - 6;
      const int expected = 80 * seen[orientation - 1U][static_cast<std::size_t>(corner)];
      CHECK(std::abs(image.row(y)[x * 3] - expected) <= 4);
    }
  }
}

TEST_CASE("errors for unreadable files name the file and the reason", "[image_io]") {
  const TemporaryFolder folder;
  require_error(ErrorCode::unreadable_file, "missing.jpg",
                [&] { return demask::read_image(folder / "missing.jpg"); });
  require_error(ErrorCode::unreadable_file, folder.path().string(),
                [&] { return demask::read_image(folder.path()); });
  demask::test::write_bytes(folder / "empty.jpg", {});
  require_error(ErrorCode::unreadable_file, "empty.jpg",
                [&] { return demask::read_image(folder / "empty.jpg"); });
  demask::test::write_bytes(folder / "text.jpg", {'h', 'e', 'l', 'l', 'o'});
  require_error(ErrorCode::unreadable_file, "text.jpg",
                [&] { return demask::read_image(folder / "text.jpg"); });
  require_error(ErrorCode::unreadable_file, "null",
                [&] { return demask::decode_image(nullptr, 10, "null"); });
}

TEST_CASE("a truncated file is an error, not a gray picture", "[image_io]") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif", ".bmp");
  cv::Mat noise(64, 64, CV_8UC3);
  cv::randu(noise, 0, 256);
  const Bytes whole = encode(noise, extension.c_str());
  REQUIRE(decode(whole).width() == 64);
  for (const double share : {0.01, 0.1, 0.5, 0.9, 0.99}) {
    INFO(extension << " cut to " << share);
    const auto size = static_cast<std::ptrdiff_t>(share * static_cast<double>(whole.size()));
    const Bytes part(whole.begin(), whole.begin() + std::max<std::ptrdiff_t>(size, 1));
    require_error(ErrorCode::unreadable_file, "picture", [&] { decode(part); });
  }
}

TEST_CASE("damaged headers neither crash nor hang", "[image_io]") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif", ".bmp");
  cv::Mat noise(16, 16, CV_8UC3);
  cv::randu(noise, 0, 256);
  const Bytes whole = encode(noise, extension.c_str());
  for (std::size_t i = 0; i < std::min<std::size_t>(whole.size(), 200); ++i) {
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

TEST_CASE("the pixel limit is checked before pixels are decoded", "[image_io]") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif", ".bmp");
  const Bytes bytes = encode(cv::Mat(50, 40, CV_8UC3, cv::Scalar::all(9)), extension.c_str());
  CHECK(decode(bytes, 2000).width() == 40);
  require_error(ErrorCode::image_too_large, "picture", [&] { decode(bytes, 1999); });
  // A header that promises 60000 x 60000 pixels and nothing else.
  Bytes bomb = encode(cv::Mat(8, 8, CV_8UC1, cv::Scalar(0)), ".png");
  for (const std::size_t side : {std::size_t{16}, std::size_t{20}}) {
    bomb[side + 2] = 0xEA;
    bomb[side + 3] = 0x60;
  }
  require_error(ErrorCode::image_too_large, "60000 x 60000", [&] { decode(bomb); });
}

TEST_CASE("a single pixel is an image", "[image_io]") {
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif", ".bmp");
  demask::write_image(folder / ("dot" + extension), make_picture(1, 1, PixelFormat::rgb));
  CHECK(demask::read_image(folder / ("dot" + extension)).width() == 1);
}

TEST_CASE("a file that cannot be written is named and leaves nothing behind", "[image_io]") {
  const TemporaryFolder folder;
  const Image image = make_picture(8, 8, PixelFormat::rgb);
  require_error(ErrorCode::unsupported_format, "picture.gif",
                [&] { demask::write_image(folder / "picture.gif", image); });
  require_error(ErrorCode::unsupported_format, "picture",
                [&] { demask::write_image(folder / "picture", image); });
  require_error(ErrorCode::unwritable_file, "picture.png",
                [&] { demask::write_image(folder / "missing" / "picture.png", image); });
  std::filesystem::create_directory(folder / "folder.png");
  require_error(ErrorCode::unwritable_file, "folder.png",
                [&] { demask::write_image(folder / "folder.png", image); });
  require_error(ErrorCode::invalid_image, "",
                [&] { demask::write_image(folder / "picture.png", ImageView{}); });
  demask::EncodeOptions options;
  options.jpeg_quality = 101;
  require_error(ErrorCode::invalid_argument, "jpeg_quality",
                [&] { demask::write_image(folder / "picture.jpg", image, options); });
  const Image wide = make_picture(16384, 1, PixelFormat::rgb);
  require_error(ErrorCode::unsupported_format, "16383",
                [&] { demask::write_image(folder / "wide.webp", wide); });
  options = {};
  options.metadata_source = folder / "missing.jpg";
  require_error(ErrorCode::unreadable_file, "missing.jpg",
                [&] { demask::write_image(folder / "picture.jpg", image, options); });
  CHECK(folder.file_count() == 1);
}

TEST_CASE("an existing file is replaced as a whole, through a link too", "[image_io]") {
  const TemporaryFolder folder;
  demask::write_image(folder / "picture.png", make_picture(8, 8, PixelFormat::rgb));
  std::filesystem::create_symlink(folder / "picture.png", folder / "link.png");
  demask::write_image(folder / "link.png", make_picture(9, 9, PixelFormat::rgb));
  CHECK(std::filesystem::is_symlink(folder / "link.png"));
  CHECK(demask::read_image(folder / "picture.png").width() == 9);
  CHECK(folder.file_count() == 2);
}

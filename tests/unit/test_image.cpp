// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/image.hpp"
#include "demask/opencv.hpp"
#include "imaging/mat.hpp"

using demask::ErrorCode;
using demask::Image;
using demask::ImageView;
using demask::PixelFormat;
using demask::test::expect_error;

namespace {

constexpr std::array<PixelFormat, 5> formats = {
    PixelFormat::gray, PixelFormat::rgb, PixelFormat::bgr, PixelFormat::rgba, PixelFormat::bgra};

struct Colour {
  int red;
  int green;
  int blue;
  int alpha;
};

// The bytes of a color in a format; gray by the documented weights.
std::vector<std::uint8_t> bytes_of(const Colour& c, PixelFormat format) {
  const auto b = [](int value) { return static_cast<std::uint8_t>(value); };
  switch (format) {
    case PixelFormat::gray:
      return {b(static_cast<int>(0.299 * c.red + 0.587 * c.green + 0.114 * c.blue + 0.5))};
    case PixelFormat::rgb:
      return {b(c.red), b(c.green), b(c.blue)};
    case PixelFormat::bgr:
      return {b(c.blue), b(c.green), b(c.red)};
    case PixelFormat::rgba:
      return {b(c.red), b(c.green), b(c.blue), b(c.alpha)};
    case PixelFormat::bgra:
      return {b(c.blue), b(c.green), b(c.red), b(c.alpha)};
  }
  return {};
}

bool has_alpha(PixelFormat format) { return demask::channels(format) == 4; }

}  // namespace

TEST_CASE("Channels of each format", "[image]") {
  CHECK(demask::channels(PixelFormat::gray) == 1);
  CHECK(demask::channels(PixelFormat::rgb) == 3);
  CHECK(demask::channels(PixelFormat::bgr) == 3);
  CHECK(demask::channels(PixelFormat::rgba) == 4);
  CHECK(demask::channels(PixelFormat::bgra) == 4);
  expect_error(ErrorCode::invalid_argument, "pixel format: 9 is unknown",
               [] { return demask::channels(static_cast<PixelFormat>(9)); });
}

TEST_CASE("A malformed view is refused with its reason", "[image]") {
  const std::array<std::uint8_t, 64> pixels{};
  const auto check = [](const ImageView& view) { return [view] { demask::validate(view); }; };
  CHECK_NOTHROW(demask::validate({pixels.data(), 1, 1, 0, PixelFormat::rgb}));
  CHECK_NOTHROW(demask::validate({pixels.data(), 4, 4, 16, PixelFormat::gray}));
  expect_error(ErrorCode::invalid_image, "data is null",
               check({nullptr, 4, 4, 0, PixelFormat::gray}));
  expect_error(ErrorCode::invalid_image, "0 x 4",
               check({pixels.data(), 0, 4, 0, PixelFormat::rgb}));
  expect_error(ErrorCode::invalid_image, "4 x 0",
               check({pixels.data(), 4, 0, 0, PixelFormat::rgb}));
  expect_error(ErrorCode::invalid_image, "-4 x 4",
               check({pixels.data(), -4, 4, 0, PixelFormat::rgb}));
  expect_error(ErrorCode::invalid_image, "stride of 11 bytes is less than the 12",
               check({pixels.data(), 4, 4, 11, PixelFormat::rgb}));
  expect_error(ErrorCode::invalid_image, "stride of -12 bytes is negative; pass the rows",
               check({pixels.data(), 4, 4, -12, PixelFormat::rgb}));
  expect_error(ErrorCode::invalid_argument, "pixel format",
               check({pixels.data(), 4, 4, 0, static_cast<PixelFormat>(-1)}));
}

TEST_CASE("The pixel limit is an option", "[image]") {
  const std::uint8_t pixel = 0;
  const ImageView huge{&pixel, 2'000'000'000, 2'000'000'000, 0, PixelFormat::gray};
  expect_error(ErrorCode::image_too_large, "exceed the limit of 100000000",
               [&] { demask::validate(huge); });
  const ImageView view{&pixel, 10'000, 10'000, 0, PixelFormat::gray};
  CHECK_NOTHROW(demask::validate(view));
  expect_error(ErrorCode::image_too_large, "limit of 99999999",
               [&] { demask::validate(view, 99'999'999); });
}

TEST_CASE("A new image is black, tightly packed and of the requested size", "[image]") {
  const Image image(5, 3, PixelFormat::bgra);
  CHECK(image.width() == 5);
  CHECK(image.height() == 3);
  CHECK(image.stride() == 20);
  CHECK(image.size_bytes() == 60);
  CHECK(std::count(image.data(), image.data() + 60, 0) == 60);
  CHECK(Image().empty());
  expect_error(ErrorCode::invalid_image, "0 x 3", [] { Image(0, 3, PixelFormat::rgb); });
  expect_error(ErrorCode::invalid_image, "3 x -1", [] { Image(3, -1, PixelFormat::rgb); });
}

TEST_CASE("A copy of a strided view is tightly packed and independent", "[image]") {
  // Two rows of two RGB pixels, each followed by two bytes of padding.
  std::vector<std::uint8_t> bytes = {1, 2, 3, 4, 5, 6, 99, 99, 7, 8, 9, 10, 11, 12, 99, 99};
  const Image image(ImageView{bytes.data(), 2, 2, 8, PixelFormat::rgb});
  CHECK(image.size_bytes() == 12);
  bytes[0] = 200;
  CHECK(image.row(0)[0] == 1);
  CHECK(image.row(1)[5] == 12);
  const Image copy = image;
  CHECK(copy.data() != image.data());
  CHECK(copy.row(1)[0] == 7);
}

TEST_CASE("A view of a part of an image reads that part", "[image]") {
  Image image(6, 5, PixelFormat::rgb);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 6; ++x) {
      image.row(y)[3 * x] = static_cast<std::uint8_t>(10 * y + x);
    }
  }
  const ImageView part{image.row(1) + 3 * 2, 3, 2, image.stride(), PixelFormat::rgb};
  const Image copy(part);
  CHECK(copy.row(0)[0] == 12);
  CHECK(copy.row(1)[6] == 24);
  const Image gray = demask::convert(part, PixelFormat::gray);
  CHECK(gray.width() == 3);
  CHECK(gray.row(1)[2] == static_cast<std::uint8_t>(24 * 0.299 + 0.5));
}

TEST_CASE("Every format converts to every other", "[image]") {
  const std::array<Colour, 4> colours = {
      {{200, 30, 90, 77}, {0, 0, 0, 0}, {255, 255, 255, 255}, {13, 250, 101, 128}}};
  for (const PixelFormat from : formats) {
    for (const PixelFormat to : formats) {
      INFO(static_cast<int>(from) << " to " << static_cast<int>(to));
      for (const Colour& colour : colours) {
        // Two pixels followed by padding.
        std::vector<std::uint8_t> row = bytes_of(colour, from);
        const std::vector<std::uint8_t> pixel = row;
        row.insert(row.end(), pixel.begin(), pixel.end());
        row.push_back(99);
        const ImageView view{row.data(), 2, 1, static_cast<std::ptrdiff_t>(row.size()), from};
        const Image result = demask::convert(view, to);
        REQUIRE(result.format() == to);

        Colour expected = colour;
        if (from == PixelFormat::gray) {
          expected = {pixel[0], pixel[0], pixel[0], 255};
        }
        if (!has_alpha(from)) {
          expected.alpha = 255;
        }
        const std::vector<std::uint8_t> wanted = bytes_of(expected, to);
        for (std::size_t x = 0; x < 2; ++x) {
          const std::uint8_t* start = result.data() + x * wanted.size();
          CHECK(std::vector<std::uint8_t>(start, start + wanted.size()) == wanted);
        }
      }
    }
  }
  expect_error(ErrorCode::invalid_image, "data is null",
               [] { return demask::convert(ImageView{}, PixelFormat::gray); });
}

TEST_CASE("OpenCV matrices share the pixels", "[image]") {
  Image image(4, 3, PixelFormat::bgr);
  cv::Mat writable = demask::as_mat(image);
  writable.at<cv::Vec3b>(2, 1) = {1, 2, 3};
  CHECK(image.row(2)[3] == 1);
  CHECK(image.row(2)[5] == 3);

  const ImageView part{image.row(1) + 3, 2, 2, image.stride(), PixelFormat::bgr};
  const cv::Mat mat = demask::as_mat(part);
  CHECK(mat.at<cv::Vec3b>(1, 0)[1] == 2);
  CHECK(mat.data == part.data);

  const ImageView back = demask::as_view(writable(cv::Rect(1, 1, 2, 2)), PixelFormat::bgr);
  CHECK(back.data == image.row(1) + 3);
  CHECK(back.stride == image.stride());
  expect_error(ErrorCode::invalid_argument, "matrix",
               [] { return demask::as_view(cv::Mat(2, 2, CV_32FC3), PixelFormat::rgb); });
  expect_error(ErrorCode::invalid_argument, "matrix",
               [] { return demask::as_view(cv::Mat(2, 2, CV_8UC4), PixelFormat::rgb); });
}

TEST_CASE("RGB and gray matrices of every format", "[image]") {
  const Colour colour{200, 30, 90, 77};
  for (const PixelFormat format : formats) {
    const std::vector<std::uint8_t> pixel = bytes_of(colour, format);
    const ImageView view{pixel.data(), 1, 1, 0, format};
    const auto rgb = demask::imaging::to_rgb(view).at<cv::Vec3b>(0, 0);
    const std::uint8_t gray = demask::imaging::to_gray(view).at<std::uint8_t>(0, 0);
    CHECK(gray == bytes_of(colour, PixelFormat::gray)[0]);
    if (format == PixelFormat::gray) {
      CHECK(rgb == cv::Vec3b(gray, gray, gray));
    } else {
      CHECK(rgb == cv::Vec3b(200, 30, 90));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "../support/exif_orientation.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "temporary_folder.hpp"

namespace {

using demask::EncodeOptions;
using demask::ErrorCode;
using demask::Image;
using demask::PixelFormat;
using demask::test::TemporaryFolder;
using demask::test::write_bytes;
using Bytes = std::vector<std::uint8_t>;
namespace fs = std::filesystem;

cv::Mat noise(int type) {
  cv::Mat pixels(24, 36, type);
  cv::randu(pixels, 0, pixels.depth() == CV_16U ? 65536 : 256);
  return pixels;
}

Bytes encode(const cv::Mat& image, const std::string& extension) {
  Bytes bytes;
  REQUIRE(cv::imencode(extension, image, bytes));
  return bytes;
}

template <typename Action>
void require_error(ErrorCode code, const std::string& name, const Action& action) {
  try {
    action();
    FAIL("no demask::Error was thrown");
  } catch (const demask::Error& error) {
    INFO(error.what());
    CHECK(std::string(to_string(error.code())) == to_string(code));
    CHECK(std::string(error.what()).find(name) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("an image encoded in memory equals the file that is written", "[image_io]") {
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif", ".bmp");
  const fs::path source = folder / "source.jpg";
  demask::test::write_bytes(source, demask::test::jpeg_with_exif(encode(noise(CV_8UC3), ".jpg"),
                                                                 demask::test::make_exif(6, true)));
  const Bytes bytes = demask::test::read_bytes(source);
  const Image image = demask::read_image(source);
  EncodeOptions options;
  options.jpeg_quality = 88;
  options.synthetic = GENERATE(false, true);
  const std::string name = "photo" + extension;
  const Bytes encoded = demask::encode_image(name, image, options, &bytes);
  EncodeOptions to_file = options;
  to_file.metadata_source = source;
  demask::write_image(folder / name, image, to_file);
  CHECK(encoded == demask::test::read_bytes(folder / name));
  demask::write_image(folder / name, image, options);
  CHECK(demask::encode_image(name, image, options) == demask::test::read_bytes(folder / name));
}

TEST_CASE("an image encoded in memory keeps the 16 bits of its source", "[image_io]") {
  const std::string extension = GENERATE(".png", ".tif");
  const cv::Mat deep = noise(CV_16UC3);
  const Bytes source = encode(deep, extension);
  const Image image = demask::decode_image(source.data(), source.size());
  const Image changed(image.width(), image.height(), PixelFormat::gray);
  EncodeOptions options;
  options.changed = changed.view();
  const Bytes encoded = demask::encode_image("photo" + extension, image, options, &source);
  const cv::Mat read = cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
  REQUIRE(read.type() == deep.type());
  CHECK(cv::norm(read, deep, cv::NORM_INF) == 0.0);
}

TEST_CASE("errors of an image encoded in memory name it", "[image_io]") {
  const Image image(4, 4, PixelFormat::rgb);
  require_error(ErrorCode::unsupported_format, "photo.xyz",
                [&] { return demask::encode_image("photo.xyz", image); });
  require_error(ErrorCode::invalid_image, "",
                [&] { return demask::encode_image("photo.png", demask::ImageView()); });
  EncodeOptions options;
  options.jpeg_quality = 0;
  require_error(ErrorCode::invalid_argument, "jpeg_quality",
                [&] { return demask::encode_image("photo.jpg", image, options); });
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "support.hpp"

using namespace demask::test;

namespace {

std::vector<uint8_t> file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

demask_image_view view_of(const demask_image* image) {
  auto view = make_struct<demask_image_view>();
  require_ok(demask_image_get_view(image, &view));
  return view;
}

bool has_pixels(const demask_image_view& view, const std::vector<uint8_t>& pixels) {
  return std::equal(pixels.begin(), pixels.end(), view.data);
}

}  // namespace

TEST_CASE("an image is written, read and decoded through the C ABI") {
  const TemporaryFolder folder;
  const Scene scene;
  const std::string path = folder / "photo.png";
  require_ok(demask_image_write(path.c_str(), &scene.photo, nullptr));

  demask_image* image = nullptr;
  require_ok(demask_image_read(path.c_str(), 0, &image));
  const ImageHandle read(image);
  const demask_image_view view = view_of(image);
  CHECK(view.width == Scene::width);
  CHECK(view.height == Scene::height);
  CHECK(view.stride == 3 * Scene::width);
  CHECK(view.format == DEMASK_PIXEL_RGB);
  CHECK(has_pixels(view, scene.pixels));

  const std::vector<uint8_t> bytes = file_bytes(path);
  require_ok(demask_image_decode(bytes.data(), bytes.size(), nullptr, 0, &image));
  const ImageHandle decoded(image);
  CHECK(has_pixels(view_of(image), scene.pixels));
}

TEST_CASE("a part of an image is a view with the stride of the whole") {
  const Scene scene;
  demask_image_view part = scene.photo;
  part.stride = std::int64_t{3} * Scene::width;
  part.data += 5 * part.stride + std::ptrdiff_t{3} * 7;
  part.width = 2;
  part.height = 2;
  demask_image* image = nullptr;
  require_ok(demask_image_convert(&part, DEMASK_PIXEL_BGR, &image));
  const ImageHandle handle(image);
  const demask_image_view view = view_of(image);
  CHECK(view.format == DEMASK_PIXEL_BGR);
  CHECK(view.data[0] == part.data[2]);
  CHECK(view.data[6] == part.data[part.stride + 2]);
}

TEST_CASE("a file is marked as synthetic, and the mark is found") {
  const TemporaryFolder folder;
  const Scene scene;
  const std::string path = folder / "photo.jpg";
  require_ok(demask_image_write(path.c_str(), &scene.photo, nullptr));
  int32_t marked = -1;
  require_ok(demask_is_marked_as_synthetic(path.c_str(), &marked));
  CHECK(marked == 0);
  require_ok(demask_mark_as_synthetic(path.c_str(), nullptr));
  require_ok(demask_is_marked_as_synthetic(path.c_str(), &marked));
  CHECK(marked == 1);

  const std::string copy = folder / "copy.png";
  auto options = make_struct<demask_encode_options>();
  require_ok(demask_encode_default_options(&options));
  options.metadata_source = path.c_str();
  require_ok(demask_image_write(copy.c_str(), &scene.photo, &options));
  options.synthetic = 1;
  require_ok(demask_image_write(copy.c_str(), &scene.photo, &options));
  require_ok(demask_is_marked_as_synthetic(copy.c_str(), &marked));
  CHECK(marked == 1);
}

TEST_CASE("metadata that is left out is a warning in the log") {
  const TemporaryFolder folder;
  const Scene scene;
  const std::string source = folder / "source.webp";
  require_ok(demask_image_write(source.c_str(), &scene.photo, nullptr));
  {
    // A RIFF size that overflows.
    std::fstream file(source, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(4);
    file << "\xFF\xFF\xFF\xFF";
  }
  std::vector<std::string> warnings;
  require_ok(demask_set_log_callback(
      [](void* user_data, demask_log_level level, const char* message) {
        if (level == DEMASK_LOG_WARNING) {
          static_cast<std::vector<std::string>*>(user_data)->emplace_back(message);
        }
      },
      &warnings));
  auto options = make_struct<demask_encode_options>();
  require_ok(demask_encode_default_options(&options));
  options.metadata_source = source.c_str();
  const std::string target = folder / "out.jpg";
  require_ok(demask_image_write(target.c_str(), &scene.photo, &options));
  require_ok(demask_set_log_callback(nullptr, nullptr));
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("cannot be read") != std::string::npos);
}

TEST_CASE("the quality of a JPEG is an option") {
  const TemporaryFolder folder;
  const Scene scene;
  auto options = make_struct<demask_encode_options>();
  require_ok(demask_encode_default_options(&options));
  const std::string fine = folder / "fine.jpg";
  const std::string coarse = folder / "coarse.jpg";
  require_ok(demask_image_write(fine.c_str(), &scene.photo, &options));
  options.jpeg_quality = 10;
  require_ok(demask_image_write(coarse.c_str(), &scene.photo, &options));
  CHECK(std::filesystem::file_size(coarse) < std::filesystem::file_size(fine));
  options.jpeg_quality = GENERATE(0, 101, -1);
  CHECK(demask_image_write(coarse.c_str(), &scene.photo, &options) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("quality"));
}

TEST_CASE("malformed views are refused") {
  const Scene scene;
  demask_image_view view = scene.photo;
  demask_status expected = DEMASK_ERROR_INVALID_IMAGE;
  SECTION("no data") { view.data = nullptr; }
  SECTION("no width") { view.width = 0; }
  SECTION("negative height") { view.height = -1; }
  SECTION("short stride") { view.stride = 3 * Scene::width - 1; }
  SECTION("negative stride") { view.stride = -3 * Scene::width; }
  SECTION("least stride") { view.stride = std::numeric_limits<std::int64_t>::min(); }
  SECTION("format outside the enumeration") {
    view.format = GENERATE(-1, 5, INT32_MAX);
    expected = DEMASK_ERROR_INVALID_ARGUMENT;
  }
  demask_image* image = nullptr;
  CHECK(demask_image_convert(&view, DEMASK_PIXEL_GRAY, &image) == expected);
  CHECK(image == nullptr);
}

TEST_CASE("invalid files and file names are refused") {
  const TemporaryFolder folder;
  const Scene scene;
  const std::string path = folder / "photo.png";
  require_ok(demask_image_write(path.c_str(), &scene.photo, nullptr));
  demask_image* image = nullptr;
  CHECK(demask_image_read(path.c_str(), 100, &image) == DEMASK_ERROR_IMAGE_TOO_LARGE);
  CHECK(demask_image_read(path.c_str(), -1, &image) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_image_read("", 0, &image) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_image_decode(scene.pixels.data(), scene.pixels.size(), "noise", 0, &image) ==
        DEMASK_ERROR_UNREADABLE_FILE);
  CHECK(last_error_contains("noise"));
  CHECK(demask_image_decode(scene.pixels.data(), 0, "nothing", 0, &image) ==
        DEMASK_ERROR_UNREADABLE_FILE);
  CHECK(demask_image_write((folder / "photo.xyz").c_str(), &scene.photo, nullptr) ==
        DEMASK_ERROR_UNSUPPORTED_FORMAT);
  CHECK(demask_image_write((folder / "none/photo.png").c_str(), &scene.photo, nullptr) ==
        DEMASK_ERROR_UNWRITABLE_FILE);
  CHECK(image == nullptr);
}

TEST_CASE("the canonical face is the photo seen through the canonical similarity") {
  const Scene scene;
  double matrix[6] = {};
  require_ok(demask_canonical_similarity(&scene.landmarks, 256, matrix));
  const double x = 96.0 + 0.35 * 128.0;
  const double y = 56.0 + 0.42 * 128.0;
  CHECK(matrix[0] * x + matrix[1] * y + matrix[2] == Approx(0.35 * 256).margin(1.0));
  CHECK(matrix[3] * x + matrix[4] * y + matrix[5] == Approx(0.42 * 256).margin(1.0));

  demask_image* image = nullptr;
  require_ok(demask_canonical_face(&scene.photo, &scene.landmarks, 128, &image));
  const ImageHandle face(image);
  const demask_image_view view = view_of(image);
  CHECK(view.width == 128);
  CHECK(view.height == 128);
  CHECK(view.format == DEMASK_PIXEL_RGB);

  CHECK(demask_canonical_similarity(&scene.landmarks, 0, matrix) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_canonical_face(&scene.photo, &scene.landmarks, 0, &image) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("malformed landmarks are refused") {
  const Scene scene;
  demask_landmarks landmarks = scene.landmarks;
  SECTION("unknown scheme") { landmarks.scheme = 5; }
  SECTION("negative count") { landmarks.count = -68; }
  SECTION("count of another scheme") { landmarks.count = 98; }
  SECTION("no points") { landmarks.points = nullptr; }
  std::vector<float> same(136, 10.0F);
  SECTION("eyes that coincide") { landmarks.points = same.data(); }
  double matrix[6] = {9, 9, 9, 9, 9, 9};
  CHECK(demask_canonical_similarity(&landmarks, 256, matrix) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains(":"));
  CHECK(matrix[0] == 9);
}

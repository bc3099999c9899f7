// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/face_detector.hpp"
#include "stages/detection_tiles.hpp"
#include "stages/photo_levels.hpp"

// The search for faces of all sizes, with a detector that finds drawn faces: from 32 px of its
// picture on with the threshold of 0.5.

namespace {

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

constexpr int input_size = 256;

std::unique_ptr<FaceDetector> drawn_faces(float largest_face = 0.0F) {
  ModelSpec spec;
  spec.input_size = input_size;
  spec.threshold = 0.5F;
  spec.largest_face = largest_face;
  return make_face_detector(
      spec, {std::filesystem::path(DEMASK_TEST_MODULES) / "drawn_faces.pt", nullptr, 0});
}

struct DrawnFace {
  int x = 0;
  int y = 0;
  int side = 0;
  std::uint8_t green = 0;  // 0, 60, 120 or 180
};

// A smooth gray photo with faces.
Image photo_with(int width, int height, const std::vector<DrawnFace>& faces) {
  Image photo(width, height, PixelFormat::rgb);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < 3 * width; ++x) {
      photo.row(y)[x] = static_cast<std::uint8_t>(205 + 30 * y / height);
    }
  }
  for (const DrawnFace& face : faces) {
    for (int y = face.y; y < face.y + face.side; ++y) {
      for (int x = face.x; x < face.x + face.side; ++x) {
        std::uint8_t* pixel = photo.row(y) + 3 * x;
        pixel[0] = y < face.y + face.side / 2 ? 255 : 153;
        pixel[1] = face.green;
        pixel[2] = 0;
      }
    }
  }
  return photo;
}

bool is_at(const Detection& found, const DrawnFace& drawn) {
  const auto side = static_cast<float>(drawn.side);
  return intersection_over_union(found.box, {static_cast<float>(drawn.x),
                                             static_cast<float>(drawn.y), side, side}) > 0.7F;
}

void check_found_once(const std::vector<Detection>& found, const std::vector<DrawnFace>& drawn) {
  CHECK(found.size() == drawn.size());
  for (const DrawnFace& face : drawn) {
    INFO("face of " << face.side << " px at " << face.x << ", " << face.y);
    CHECK(std::count_if(found.begin(), found.end(),
                        [&](const Detection& one) { return is_at(one, face); }) == 1);
  }
}

}  // namespace

TEST_CASE("Faces of all sizes are found once, whatever the size of the photo", "[face_search]") {
  // Scaled to 256 px, the faces have 2 to 100 px, and all but the largest are below the threshold.
  const std::vector<DrawnFace> faces = {
      {200, 300, 1000, 0}, {1700, 1300, 160, 60}, {2101, 203, 60, 120}, {1501, 707, 26, 180}};
  const Image photo = photo_with(2560, 1920, faces);
  check_found_once(drawn_faces()->detect(photo), faces);
  check_found_once(drawn_faces(90.0F)->detect(photo), faces);
}

TEST_CASE("A face at any place of the grid of tiles is found once", "[face_search]") {
  const auto detector = drawn_faces();
  const int x = GENERATE(0, 600, 612, 625, 640, 1250);
  const int y = GENERATE(0, 590, 636, 930);
  const std::vector<DrawnFace> faces = {{x, y, 30, 0}};
  check_found_once(detector->detect(photo_with(1280, 960, faces)), faces);
}

TEST_CASE("The points of a small face are in the photo's pixels", "[face_search]") {
  const DrawnFace face{901, 403, 40, 60};
  const std::vector<Detection> found = drawn_faces()->detect(photo_with(1280, 960, {face}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].points[0].x == Approx(face.x + 0.3 * face.side).margin(2.0));
  CHECK(found[0].points[0].y == Approx(face.y + 0.4 * face.side).margin(2.0));
  CHECK(found[0].points[4].x == Approx(face.x + 0.65 * face.side).margin(2.0));
  CHECK(found[0].points[4].y == Approx(face.y + 0.8 * face.side).margin(2.0));
}

TEST_CASE("The smallest face to search for is given in pixels or as a fraction", "[face_search]") {
  // The face has 4 px where the whole photo is searched.
  const Image photo = photo_with(2560, 1920, {{1200, 900, 40, 0}});
  const auto detector = drawn_faces();
  const auto count = [&](float min_face_size) {
    DetectOptions options;
    options.min_face_size = min_face_size;
    return detector->detect(photo, options).size();
  };
  CHECK(count(0.0F) == 1);
  CHECK(count(40.0F) == 1);
  CHECK(count(40.0F / 2560.0F) == 1);
  CHECK(count(200.0F) == 0);
  CHECK(count(0.1F) == 0);
  CHECK(count(1e9F) == 0);
  for (const float bad : {-1.0F, 2e9F, std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity()}) {
    expect_error(ErrorCode::invalid_argument, "min_face_size", [&] { return count(bad); });
  }
}

TEST_CASE("A batch finds what single photos give", "[face_search]") {
  std::vector<Image> photos;
  for (int i = 0; i < 10; ++i) {
    photos.push_back(photo_with(600 + 200 * (i % 3), 700, {{100 + 30 * i, 350, 24 + 4 * i, 60}}));
  }
  const auto detector = drawn_faces();
  const auto results = detector->detect(std::vector<ImageView>(photos.begin(), photos.end()));
  REQUIRE(results.size() == photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const std::vector<Detection> single = detector->detect(photos[i]);
    REQUIRE(results[i].size() == 1);
    REQUIRE(single.size() == 1);
    CHECK(results[i][0].score == single[0].score);
    CHECK(results[i][0].box.x == single[0].box.x);
    CHECK(results[i][0].box.width == single[0].box.width);
  }
}

TEST_CASE("A part of a larger face adds no face", "[face_search]") {
  // The small square, a print on a mask, is suspected at first and surely found when enlarged.
  std::vector<DrawnFace> faces = {{400, 300, 500, 0}, {600, 620, 40, 60}};
  const std::vector<Detection> found = drawn_faces()->detect(photo_with(1280, 960, faces));
  faces.pop_back();
  check_found_once(found, faces);
}

TEST_CASE("Levels halve the photo down to the smallest side", "[photo_levels]") {
  Image photo(1001, 500, PixelFormat::gray);
  for (int y = 0; y < photo.height(); ++y) {
    for (int x = 0; x < photo.width(); ++x) {
      photo.row(y)[x] = static_cast<std::uint8_t>(x % 2 == 0 ? 100 : 200);
    }
  }
  const stages::PhotoLevels levels(photo.view(), 250);
  REQUIRE(levels.all().size() == 3);
  CHECK(levels.all()[0].pixels.data == photo.data());
  CHECK(levels.all()[1].pixels.width == 500);
  CHECK(levels.all()[2].pixels.width == 250);
  CHECK(levels.all()[2].pixels.height == 125);
  CHECK(levels.all()[2].scale == 0.25);
  CHECK(int{levels.all()[2].pixels.data[7]} == 150);
  CHECK(levels.at_least(250).pixels.width == 250);
  CHECK(levels.at_least(251).pixels.width == 500);
  CHECK(levels.at_least(5000).pixels.width == 1001);
  CHECK(stages::PhotoLevels(photo.view(), 501).all().size() == 1);
}

TEST_CASE("Tiles cover each block of interest once, with a margin", "[detection_tiles]") {
  cv::Mat blocks = cv::Mat::zeros(6, 9, CV_8UC1);
  blocks(cv::Rect(1, 1, 5, 3)).setTo(255);
  blocks.at<std::uint8_t>(5, 8) = 255;
  const cv::Size picture(9 * stages::tile_block - 10, 6 * stages::tile_block - 20);
  const auto tiles = stages::tiles_of(blocks, picture, 4 * stages::tile_block);
  cv::Mat covered = cv::Mat::zeros(picture, CV_8UC1);
  for (const stages::Tile& tile : tiles) {
    CHECK(std::max(tile.core.width, tile.core.height) <= 4 * stages::tile_block);
    CHECK((tile.area & cv::Rect({0, 0}, picture)) == tile.area);
    CHECK((tile.area & tile.core) == tile.core);
    CHECK(cv::countNonZero(covered(tile.core)) == 0);
    covered(tile.core).setTo(255);
    CHECK(tile.area.x == std::max(0, tile.core.x - stages::tile_margin));
    CHECK(tile.area.br().y == std::min(picture.height, tile.core.br().y + stages::tile_margin));
  }
  CHECK(cv::countNonZero(covered) == 5 * 3 * 64 * 64 + 54 * 44);
  CHECK(stages::tiles_of(cv::Mat::zeros(2, 2, CV_8UC1), {128, 128}, 576).empty());
}

TEST_CASE("Smooth surfaces and those far from skin colors hold no small face",
          "[detection_tiles]") {
  using Color = std::vector<int>;
  const auto interest = [](const Color& color, int contrast, bool in_skin_colors) {
    const int side = 4 * stages::tile_block;
    Image picture(side, side, PixelFormat::rgb);
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        const int difference = ((x / 2 + y / 2) % 2 == 0 ? contrast : -contrast) + x / 16;
        for (int c = 0; c < 3; ++c) {
          picture.row(y)[3 * x + c] =
              static_cast<std::uint8_t>(color[static_cast<std::size_t>(c)] + difference);
        }
      }
    }
    return cv::countNonZero(stages::blocks_of_interest(picture.view(), in_skin_colors));
  };
  const Color gray = {120, 120, 120};
  const Color skin = {170, 130, 110};
  const Color green = {70, 130, 60};
  const Color blue = {60, 90, 150};
  CHECK(interest(gray, 0, false) == 0);
  CHECK(interest(skin, 2, false) == 0);
  CHECK(interest(green, 40, false) == 16);
  CHECK(interest(skin, 40, true) == 16);
  CHECK(interest(green, 40, true) == 0);
  CHECK(interest(blue, 40, true) == 0);
  CHECK(interest(gray, 40, true) == 0);
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "demask/demask.hpp"

using namespace demask;
using demask::test::expect_error;

namespace {

// The roll of a detection with a box of width 100 whose eyes are (dx, dy) apart.
Detection face_with_eyes(float dx, float dy) {
  Detection face;
  face.box = {10.0F, 20.0F, 100.0F, 130.0F};
  face.points[0] = {40.0F, 60.0F};
  face.points[1] = {40.0F + dx, 60.0F + dy};
  return face;
}

int covered(const Image& mask) {
  int count = 0;
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      count += mask.row(y)[x] == 255 ? 1 : 0;
    }
  }
  return count;
}

MaskInstance instance(int x, int y, int width, int height, float probability) {
  MaskInstance found;
  found.x = x;
  found.y = y;
  found.probability = {width, height,
                       std::vector<float>(static_cast<std::size_t>(width * height), probability)};
  return found;
}

}  // namespace

TEST_CASE("Any reconstructed face makes a photo synthetic", "[helpers]") {
  Result result;
  CHECK(!any_reconstructed(result));
  result.faces.resize(2);
  result.faces[0].status = FaceStatus::too_small;
  CHECK(!any_reconstructed(result));
  result.faces[1].status = FaceStatus::reconstructed;
  CHECK(any_reconstructed(result));
}

TEST_CASE("The roll of a detection follows from its eyes", "[helpers]") {
  CHECK(roll_of(face_with_eyes(40.0F, 0.0F)) == 0.0F);
  CHECK(roll_of(face_with_eyes(30.0F, 30.0F)) == Approx(std::atan(1.0)));
  CHECK(roll_of(face_with_eyes(-40.0F, 0.0F)) == Approx(std::acos(-1.0)));
  // Eyes closer together than a tenth of the box's width are ignored.
  CHECK(roll_of(face_with_eyes(0.0F, 9.0F)) == 0.0F);
  CHECK(roll_of(Detection{}) == 0.0F);
}

TEST_CASE("The region of a detection is its box, turned", "[helpers]") {
  const Image photo(50, 40, PixelFormat::rgb);
  const FaceRegion region = region_of(photo, face_with_eyes(30.0F, 30.0F));
  CHECK(region.photo.data == photo.data());
  CHECK(region.box.x == 10.0F);
  CHECK(region.box.height == 130.0F);
  CHECK(region.roll == Approx(std::atan(1.0)));
  CHECK(!region.single_pass);
}

TEST_CASE("Names of image files are recognized by their extension", "[helpers]") {
  for (const char* name :
       {"a.jpg", "b.JPEG", "folder.d/c.Png", "d.webp", "e.tif", "f.tiff", "g.bmp"}) {
    CAPTURE(name);
    CHECK(is_image_name(name));
  }
  for (const char* name : {"", "jpg", ".jpg", "a.gif", "a.jpg.txt", "a.png/b", "a."}) {
    CAPTURE(name);
    CHECK(!is_image_name(name));
  }
  const std::vector<std::string> always = {".jpg", ".jpeg", ".png", ".webp",
                                           ".tif", ".tiff", ".bmp"};
  const std::vector<std::string>& extensions = image_extensions();
  REQUIRE(extensions.size() >= always.size());
  CHECK(std::equal(always.begin(), always.end(), extensions.begin()));
  for (const std::string& extension : image_extensions()) {
    CAPTURE(extension);
    CHECK(is_image_name("photo" + extension));
  }
}

TEST_CASE("A mask found in a photo is drawn at its place", "[helpers]") {
  Image mask(10, 8, PixelFormat::gray);
  MaskInstance found = instance(2, 3, 4, 2, 0.7F);
  found.probability.values[0] = 0.4F;
  draw_mask(found, 0.5F, mask);
  CHECK(covered(mask) == 7);
  CHECK(mask.row(3)[2] == 0);
  CHECK(mask.row(3)[3] == 255);
  CHECK(mask.row(4)[5] == 255);
  CHECK(mask.row(5)[5] == 0);
  SECTION("a second mask is added; a value at the threshold counts") {
    draw_mask(instance(0, 0, 1, 1, 0.5F), 0.5F, mask);
    CHECK(covered(mask) == 8);
  }
  SECTION("pixels outside the photo are left out") {
    draw_mask(instance(-3, -3, 4, 4, 1.0F), 0.5F, mask);
    CHECK(covered(mask) == 8);
    draw_mask(instance(20, 0, 4, 4, 1.0F), 0.5F, mask);
    CHECK(covered(mask) == 8);
  }
}

TEST_CASE("A mask found in a canonical face is drawn at the face's place", "[helpers]") {
  // A face of 64 pixels whose canonical square begins at (30, 20) of the photo.
  constexpr int side = 64;
  const Similarity to_photo(1.0, 0.0, 30.0, 20.0);
  Landmarks landmarks = test::face_landmarks(Similarity(0.25, 0.0, 0.0, 0.0));
  for (Point& p : landmarks.points) {
    p = to_photo(p);
  }
  const Similarity to_canonical = canonical_similarity(landmarks, side);
  const Point corner = to_canonical.inverse()(Point{0.0F, 0.0F});
  MaskInstance found = instance(0, 0, side, side, 0.0F);
  for (int y = 40; y < 60; ++y) {
    for (int x = 10; x < 50; ++x) {
      found.probability.values[static_cast<std::size_t>(y * side + x)] = 1.0F;
    }
  }
  Image mask(128, 128, PixelFormat::gray);
  draw_canonical_mask(found, 0.5F, landmarks, mask);
  const double scale = to_canonical.scale();
  CHECK(covered(mask) == Approx(20 * 40 / (scale * scale)).epsilon(0.1));
  const auto level = [&](float x, float y) {
    const Point p = to_canonical.inverse()(Point{x, y});
    return static_cast<int>(mask.row(static_cast<int>(std::lround(p.y)))[std::lround(p.x)]);
  };
  CHECK(corner.x == Approx(30.0).margin(3.0));
  CHECK(level(30.0F, 50.0F) == 255);
  CHECK(level(30.0F, 36.0F) == 0);
  CHECK(level(54.0F, 50.0F) == 0);

  // With a threshold of 0, every pixel of the square counts as mask, but none around it.
  Image square(128, 128, PixelFormat::gray);
  draw_canonical_mask(found, 0.0F, landmarks, square);
  CHECK(covered(square) == Approx(side * side / (scale * scale)).epsilon(0.1));
}

TEST_CASE("Masks that cannot be drawn are refused", "[helpers]") {
  Image gray(8, 8, PixelFormat::gray);
  Image rgb(8, 8, PixelFormat::rgb);
  Image none;
  const Landmarks landmarks = test::face_landmarks(Similarity(0.1, 0.0, 0.0, 0.0));
  MaskInstance found = instance(0, 0, 4, 4, 1.0F);
  expect_error(ErrorCode::invalid_argument, "photo_mask", [&] { draw_mask(found, 0.5F, rgb); });
  expect_error(ErrorCode::invalid_argument, "photo_mask", [&] { draw_mask(found, 0.5F, none); });
  expect_error(ErrorCode::invalid_argument, "is not square",
               [&] { draw_canonical_mask(instance(0, 0, 4, 3, 1.0F), 0.5F, landmarks, gray); });
  expect_error(ErrorCode::invalid_argument, "points",
               [&] { draw_canonical_mask(found, 0.5F, Landmarks{}, gray); });
  found.probability.values.pop_back();
  expect_error(ErrorCode::invalid_argument, "not a map of 4 x 4",
               [&] { draw_mask(found, 0.5F, gray); });
}

TEST_CASE("Times of steps are accessible by name and by step", "[helpers]") {
  StepMilliseconds times;
  times.detect = 1.0;
  times.landmarks = 2.0;
  times.segment = 3.0;
  times.gender = 4.0;
  times.inpaint = 5.0;
  times.composite = 6.0;
  for (int step = 0; step < pipeline_step_count; ++step) {
    CHECK(times[static_cast<PipelineStep>(step)] == step + 1.0);
  }
  times[PipelineStep::inpaint] += 1.0;
  CHECK(times.inpaint == 6.0);
  expect_error(ErrorCode::invalid_argument, "step: 6",
               [&] { return times[static_cast<PipelineStep>(6)]; });
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <opencv2/imgproc.hpp>

#include "imaging/composite.hpp"
#include "imaging/mat.hpp"
#include "imaging/membrane.hpp"

using demask::BlendMode;
using demask::Image;
using demask::ImageView;
using demask::MaskRegion;
using demask::PixelFormat;
using demask::Similarity;
namespace imaging = demask::imaging;

namespace {

constexpr std::array<BlendMode, 3> blends = {BlendMode::feather, BlendMode::poisson,
                                             BlendMode::none};
constexpr std::array<PixelFormat, 5> formats = {
    PixelFormat::gray, PixelFormat::rgb, PixelFormat::bgr, PixelFormat::rgba, PixelFormat::bgra};

Image noise(int width, int height, PixelFormat format) {
  Image photo(width, height, format);
  cv::Mat mat = demask::imaging::as_mat(photo);
  cv::RNG random(11);
  random.fill(mat, cv::RNG::UNIFORM, 0, 256);
  return photo;
}

Image constant(int width, int height, const cv::Scalar& colour) {
  Image photo(width, height, PixelFormat::rgb);
  imaging::as_mat(photo).setTo(colour);
  return photo;
}

imaging::Patch make_patch(const cv::Scalar& colour, const cv::Rect& hole,
                          const Similarity& to_canonical) {
  imaging::Patch patch;
  patch.painted = cv::Mat(256, 256, CV_8UC3, colour);
  patch.hole = cv::Mat::zeros(256, 256, CV_8UC1);
  patch.hole(hole).setTo(255);
  patch.to_canonical = to_canonical;
  return patch;
}

struct Composited {
  Image photo;
  Image changed;
  MaskRegion region;
};

Composited run(const imaging::Patch& patch, const Image& photo, BlendMode blend, int threads = 1) {
  Composited result{photo, Image(photo.width(), photo.height(), PixelFormat::gray), {}};
  result.region = imaging::project_hole(patch, {photo.width(), photo.height()});
  imaging::mark(result.region, result.changed);
  imaging::composite(patch, result.region, result.changed, blend, demask::core::Workers(threads),
                     result.photo);
  return result;
}

// The number of pixels that differ outside the changed mask, or whose alpha differs anywhere.
int leaks(const Image& before, const Composited& after) {
  const int step = demask::channels(before.format());
  int count = 0;
  for (int y = 0; y < before.height(); ++y) {
    for (int x = 0; x < before.width(); ++x) {
      const std::uint8_t* a = before.row(y) + x * step;
      const std::uint8_t* b = after.photo.row(y) + x * step;
      for (int c = 0; c < step; ++c) {
        const bool may_change = after.changed.row(y)[x] == 255 && c < 3;
        count += a[c] != b[c] && !may_change ? 1 : 0;
      }
    }
  }
  return count;
}

cv::Vec3b pixel(const Image& photo, int x, int y) {
  const std::uint8_t* p = photo.row(y) + 3 * x;
  return {p[0], p[1], p[2]};
}

int difference(const cv::Vec3b& a, const cv::Vec3b& b) {
  return std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
}

const cv::Rect lower_half(60, 130, 136, 100);

}  // namespace

TEST_CASE("Pixels outside the hole keep every bit, for every blend and format", "[composite]") {
  const Similarity tilted = Similarity(1.1, 0.35, 40, 30);
  for (const PixelFormat format : formats) {
    const Image photo = noise(220, 180, format);
    for (const BlendMode blend : blends) {
      INFO(static_cast<int>(format) << ", " << static_cast<int>(blend));
      const Composited result = run(make_patch({200, 100, 50}, lower_half, tilted), photo, blend);
      REQUIRE(!result.region.pixels.empty());
      CHECK(leaks(photo, result) == 0);
      const std::size_t bytes = photo.size_bytes();
      CHECK(!std::equal(photo.data(), photo.data() + bytes, result.photo.data()));
    }
  }
}

TEST_CASE("The region is cropped to the hole and matches the changed pixels", "[composite]") {
  const Image photo = noise(300, 300, PixelFormat::rgb);
  const Composited result =
      run(make_patch({1, 2, 3}, lower_half, Similarity(1, 0, -20, 10)), photo, BlendMode::none);
  CHECK(result.region.x == 80);
  CHECK(result.region.y == 120);
  CHECK(result.region.pixels.width() == 136);
  CHECK(result.region.pixels.height() == 100);
  const cv::Mat changed = imaging::as_mat(result.changed.view());
  CHECK(cv::boundingRect(changed) == cv::Rect(80, 120, 136, 100));
  CHECK(cv::countNonZero(changed) == 136 * 100);
}

TEST_CASE("Without blending a constant patch is pasted unchanged", "[composite]") {
  const Image photo = constant(200, 200, {100, 110, 120});
  const Composited result = run(make_patch({200, 50, 5}, lower_half, Similarity(1.5, 0.2, 10, 0)),
                                photo, BlendMode::none);
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 200; ++x) {
      const bool inside = result.changed.row(y)[x] == 255;
      REQUIRE(pixel(result.photo, x, y) ==
              (inside ? cv::Vec3b(200, 50, 5) : cv::Vec3b(100, 110, 120)));
    }
  }
}

TEST_CASE("A gray photo gets the luma of the patch, and channel orders are kept", "[composite]") {
  const imaging::Patch patch = make_patch({200, 30, 90}, lower_half, Similarity(1, 0, 0, 0));
  const auto middle = [&](PixelFormat format) {
    const Composited result = run(patch, Image(256, 256, format), BlendMode::none);
    const int step = demask::channels(format);
    const std::uint8_t* p = result.photo.row(180) + 128 * step;
    return std::vector<int>(p, p + step);
  };
  CHECK(middle(PixelFormat::gray) == std::vector<int>{88});
  CHECK(middle(PixelFormat::rgb) == std::vector<int>{200, 30, 90});
  CHECK(middle(PixelFormat::bgr) == std::vector<int>{90, 30, 200});
  CHECK(middle(PixelFormat::rgba) == std::vector<int>{200, 30, 90, 0});
  CHECK(middle(PixelFormat::bgra) == std::vector<int>{90, 30, 200, 0});
}

TEST_CASE("A patch that differs from the photo by a constant takes the photo's color",
          "[composite]") {
  const Image photo = constant(400, 400, {120, 130, 140});
  for (const double scale : {0.7, 1.0, 2.5}) {
    const imaging::Patch patch =
        make_patch({160, 110, 140}, lower_half, Similarity(scale, 0, 0, 0));
    INFO("scale " << scale);
    const Composited poisson = run(patch, photo, BlendMode::poisson);
    const Composited feather = run(patch, photo, BlendMode::feather);
    const cv::Mat changed = imaging::as_mat(poisson.changed.view());
    REQUIRE(cv::countNonZero(changed) > 1000);
    for (int y = 0; y < 400; y += 3) {
      for (int x = 0; x < 400; x += 3) {
        REQUIRE(difference(pixel(poisson.photo, x, y), {120, 130, 140}) <= 1);
        // Color matching uses only the low frequencies and fades with the distance from the rim.
        REQUIRE(difference(pixel(feather.photo, x, y), {120, 130, 140}) <= 12);
      }
    }
  }
}

TEST_CASE("Poisson blending keeps the detail of the patch and leaves no seam", "[composite]") {
  // The photo is a ramp; the patch is the same ramp, brighter, with a dark spot in the middle.
  Image photo(256, 256, PixelFormat::rgb);
  imaging::Patch patch = make_patch({0, 0, 0}, lower_half, {});
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; ++x) {
      const auto level = static_cast<std::uint8_t>(40 + x / 2);
      std::fill_n(photo.row(y) + 3 * x, 3, level);
      patch.painted.at<cv::Vec3b>(y, x) = cv::Vec3b::all(static_cast<std::uint8_t>(level + 50));
    }
  }
  // The photo's pixels in the hole, a black mask, must not matter.
  imaging::as_mat(photo)(lower_half).setTo(0);
  patch.painted(cv::Rect(120, 170, 16, 16)) -= cv::Scalar::all(60);
  const Composited result = run(patch, photo, BlendMode::poisson);
  for (int x = lower_half.x; x < lower_half.br().x; ++x) {
    CHECK(std::abs(pixel(result.photo, x, 140)[0] - (40 + x / 2)) <= 2);
  }
  CHECK(std::abs(pixel(result.photo, 128, 178)[0] - (40 + 64 - 60)) <= 2);
  CHECK(std::abs(pixel(result.photo, 60, 180)[0] - pixel(result.photo, 59, 180)[0]) <= 3);
}

TEST_CASE("Feathering fades in monotonically from the edge of the hole", "[composite]") {
  // Around the hole the patch has the photo's own color, so color matching changes nothing.
  const Image photo = constant(256, 256, {200, 200, 200});
  imaging::Patch patch = make_patch({200, 200, 200}, lower_half, {});
  patch.painted(lower_half).setTo(cv::Scalar::all(20));
  const Composited result = run(patch, photo, BlendMode::feather);
  const int y = 180;
  int before = 200;
  for (int x = lower_half.x; x < 128; ++x) {
    const int level = pixel(result.photo, x, y)[0];
    CHECK(level <= before);
    before = level;
  }
  CHECK(pixel(result.photo, lower_half.x, y)[0] > 120);
  CHECK(pixel(result.photo, lower_half.x + 6, y)[0] == 20);
  CHECK(pixel(result.photo, 128, y)[0] == 20);
}

TEST_CASE("Feathering never shows the pixels under the hole", "[composite]") {
  // A dark mask that reaches the hole's edge, on faces of three sizes.
  for (const double scale : {0.3, 1.0, 3.0}) {
    Image photo = constant(900, 900, {200, 190, 180});
    const imaging::Patch patch =
        make_patch({200, 190, 180}, lower_half, Similarity(scale, 0, 0, 0));
    const Composited bare = run(patch, photo, BlendMode::feather);
    imaging::as_mat(photo).setTo(cv::Scalar::all(20), imaging::as_mat(bare.changed.view()));
    const Composited result = run(patch, photo, BlendMode::feather);
    INFO("scale " << scale);
    CHECK(cv::norm(imaging::as_mat(result.photo.view()), imaging::as_mat(bare.photo.view()),
                   cv::NORM_INF) <= 1.0);
  }
}

TEST_CASE("A hole at the photo's border is filled up to the border", "[composite]") {
  const Image photo = constant(120, 150, {90, 90, 90});
  // The face's lower half hangs over the photo's lower right corner.
  const Similarity place(1, 0, 60, 40);
  for (const BlendMode blend : blends) {
    INFO(static_cast<int>(blend));
    const Composited result = run(make_patch({90, 90, 90}, lower_half, place), photo, blend);
    CHECK(leaks(photo, result) == 0);
    CHECK(result.region.x + result.region.pixels.width() == 120);
    CHECK(result.region.y + result.region.pixels.height() == 150);
    CHECK(difference(pixel(result.photo, 119, 149), {90, 90, 90}) <= 1);
  }
  // The border is not a seam: feathering must not let the dark hole show through there.
  Image dark = constant(120, 150, {90, 90, 90});
  imaging::as_mat(dark)(cv::Rect(0, 90, 120, 60)).setTo(0);
  const Composited result =
      run(make_patch({90, 90, 90}, lower_half, place), dark, BlendMode::feather);
  CHECK(pixel(result.photo, 119, 149)[0] == 90);
}

TEST_CASE("A hole over the whole photo is painted completely", "[composite]") {
  const Image photo = noise(40, 30, PixelFormat::rgb);
  for (const BlendMode blend : blends) {
    const imaging::Patch patch =
        make_patch({10, 200, 30}, {0, 0, 256, 256}, Similarity(1, 0, 100, 100));
    const Composited result = run(patch, photo, blend);
    CHECK(cv::countNonZero(imaging::as_mat(result.changed.view())) == 40 * 30);
    CHECK(difference(pixel(result.photo, 20, 15), {10, 200, 30}) <= 1);
  }
}

TEST_CASE("A hole outside the photo changes nothing", "[composite]") {
  const Image photo = noise(60, 60, PixelFormat::rgb);
  for (const Similarity& away :
       {Similarity(1, 0, 5000, 0), Similarity(1, 0, 0, -5000), Similarity(1e-3, 0, 1e9, 1e9)}) {
    const Composited result =
        run(make_patch({1, 1, 1}, lower_half, away), photo, BlendMode::feather);
    CHECK(result.region.pixels.empty());
    CHECK(std::equal(photo.data(), photo.data() + photo.size_bytes(), result.photo.data()));
  }
  imaging::Patch none = make_patch({1, 1, 1}, lower_half, {});
  none.hole.setTo(0);
  CHECK(imaging::project_hole(none, {60, 60}).pixels.empty());
}

TEST_CASE("Faces of a few pixels are composited in every blend mode", "[composite]") {
  const Image photo = noise(40, 40, PixelFormat::rgb);
  for (const double face_pixels : {1.0, 2.0, 3.0, 5.0, 9.0, 20.0}) {
    const double scale = 256.0 / face_pixels;
    for (const BlendMode blend : blends) {
      INFO(face_pixels << ", " << static_cast<int>(blend));
      const imaging::Patch patch =
          make_patch({50, 60, 70}, lower_half, Similarity(scale, 0, -15 * scale, -15 * scale));
      const Composited result = run(patch, photo, blend);
      CHECK(leaks(photo, result) == 0);
    }
  }
}

TEST_CASE("On a small face, fine detail is averaged, not sampled", "[composite]") {
  imaging::Patch patch = make_patch({0, 0, 0}, lower_half, Similarity(8, 0, 0, 0));
  for (int x = 0; x < 256; x += 2) {
    patch.painted.col(x).setTo(cv::Scalar::all(255));
  }
  const Composited result = run(patch, constant(40, 40, {128, 128, 128}), BlendMode::none);
  for (int x = 10; x < 22; ++x) {
    CHECK(std::abs(pixel(result.photo, x, 22)[0] - 128) < 10);
  }
}

TEST_CASE("On a large face every painted pixel keeps its place", "[composite]") {
  // A ramp, which both linear and cubic interpolation reproduce.
  for (const double scale : {0.9, 0.6, 0.35, 0.15}) {
    const Similarity to_canonical(scale, 0.05 * scale, 20.0, 10.0);
    imaging::Patch patch = make_patch({}, {100, 90, 60, 50}, to_canonical);
    for (int y = 0; y < 256; ++y) {
      for (int x = 0; x < 256; ++x) {
        patch.painted.at<cv::Vec3b>(y, x) =
            cv::Vec3b(static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y), 77);
      }
    }
    const int side = static_cast<int>(256.0 / scale);
    const Composited result = run(patch, constant(side, side, {0, 0, 0}), BlendMode::none);
    const cv::Mat pixels = imaging::as_mat(result.photo.view());
    const cv::Mat changed = imaging::as_mat(result.changed.view());
    REQUIRE(cv::countNonZero(changed) > 1000);
    double largest = 0.0;
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        if (changed.at<std::uint8_t>(y, x) == 0) {
          continue;
        }
        const demask::Point place = to_canonical({static_cast<float>(x), static_cast<float>(y)});
        const auto& value = pixels.at<cv::Vec3b>(y, x);
        largest = std::max({largest, std::abs(static_cast<double>(value[0]) - place.x),
                            std::abs(static_cast<double>(value[1]) - place.y),
                            std::abs(value[2] - 77.0)});
      }
    }
    CHECK(largest <= 1.5);
  }
}

TEST_CASE("A composited photo does not depend on the number of threads", "[composite][threads]") {
  const Image photo = noise(300, 280, PixelFormat::rgb);
  imaging::Patch patch = make_patch({150, 120, 100}, lower_half, Similarity(0.8, 0.1, 10.0, -10.0));
  cv::randu(patch.painted, cv::Scalar::all(0), cv::Scalar::all(255));
  const Composited alone = run(patch, photo, BlendMode::feather, 1);
  REQUIRE_FALSE(alone.region.pixels.empty());
  for (const int threads : {2, 3}) {
    const Composited together = run(patch, photo, BlendMode::feather, threads);
    CHECK(cv::norm(imaging::as_mat(together.photo.view()), imaging::as_mat(alone.photo.view()),
                   cv::NORM_INF) == 0.0);
  }
}

TEST_CASE("The hole of another face does not affect color matching", "[composite]") {
  Image photo = constant(256, 256, {150, 120, 100});
  // A neighbor's black mask right beside the hole.
  const cv::Rect neighbour(lower_half.br().x, lower_half.y, 50, lower_half.height);
  imaging::as_mat(photo)(neighbour).setTo(cv::Scalar::all(0));
  imaging::as_mat(photo)(lower_half).setTo(cv::Scalar::all(0));
  const imaging::Patch patch = make_patch({150, 120, 100}, lower_half, {});
  Image holes(256, 256, PixelFormat::gray);
  imaging::as_mat(holes)(neighbour).setTo(255);
  const MaskRegion region = imaging::project_hole(patch, {256, 256});
  imaging::mark(region, holes);
  imaging::composite(patch, region, holes, BlendMode::feather, demask::core::Workers(1), photo);
  const int inside = lower_half.br().x - 10;
  CHECK(difference(pixel(photo, inside, 180), {150, 120, 100}) <= 1);
}

TEST_CASE("The membrane through a linear boundary is linear", "[membrane]") {
  for (const cv::Size size : {cv::Size(201, 150), cv::Size(33, 34), cv::Size(5, 5)}) {
    cv::Mat truth(size, CV_32FC3);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        truth.at<cv::Vec3f>(y, x) = {0.5F * static_cast<float>(x), -0.7F * static_cast<float>(y),
                                     static_cast<float>(x - y)};
      }
    }
    cv::Mat hole = cv::Mat::zeros(size, CV_8UC1);
    hole(cv::Rect(1, 1, size.width - 2, size.height - 2)).setTo(255);
    cv::Mat values = truth.clone();
    values.setTo(cv::Scalar::all(999), hole);
    imaging::fill_membrane(values, hole);
    CHECK(cv::norm(values, truth, cv::NORM_INF) < 1.0);
  }
}

TEST_CASE("The membrane keeps the known values and does not overshoot them", "[membrane]") {
  cv::Mat values(90, 120, CV_32FC3);
  cv::RNG random(3);
  random.fill(values, cv::RNG::UNIFORM, -50.0, 50.0);
  const cv::Mat before = values.clone();
  cv::Mat hole = cv::Mat::zeros(values.size(), CV_8UC1);
  cv::circle(hole, {60, 45}, 38, cv::Scalar(255), cv::FILLED);
  hole(cv::Rect(0, 40, 30, 20)).setTo(255);  // extends across the free border
  imaging::fill_membrane(values, hole);
  cv::Mat known_difference;
  cv::absdiff(values, before, known_difference);
  known_difference.setTo(0, hole);
  CHECK(cv::norm(known_difference, cv::NORM_INF) == 0.0);
  CHECK(cv::norm(values, cv::NORM_INF) <= 51.0);

  cv::Mat all = cv::Mat(8, 8, CV_32FC3, cv::Scalar::all(7));
  imaging::fill_membrane(all, cv::Mat(8, 8, CV_8UC1, cv::Scalar(255)));
  CHECK(cv::norm(all, cv::NORM_INF) == 0.0);
}

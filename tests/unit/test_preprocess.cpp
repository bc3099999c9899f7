// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "../support/expect_error.hpp"
#include "../support/synthetic_landmarks.hpp"
#include "demask/alignment.hpp"
#include "imaging/mat.hpp"
#include "imaging/preprocess.hpp"

using demask::Box;
using demask::ErrorCode;
using demask::Image;
using demask::PixelFormat;
using demask::Point;
using demask::Similarity;
using demask::test::expect_error;
namespace imaging = demask::imaging;

namespace {

// Smooth in both directions and different in each channel: red grows with x, green with y.
cv::Mat ramp(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.at<cv::Vec3b>(y, x) = {static_cast<std::uint8_t>(255 * x / width),
                                     static_cast<std::uint8_t>(255 * y / height), 40};
    }
  }
  return picture;
}

cv::Mat noise(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3);
  cv::RNG random(7);
  random.fill(picture, cv::RNG::UNIFORM, 0, 256);
  return picture;
}

demask::ImageView view_of(const cv::Mat& rgb) { return imaging::as_view(rgb, PixelFormat::rgb); }

int largest_difference(const cv::Mat& a, const cv::Mat& b) {
  return static_cast<int>(cv::norm(a, b, cv::NORM_INF));
}

}  // namespace

TEST_CASE("The identity warp returns the pixels unchanged", "[preprocess]") {
  const cv::Mat photo = noise(64, 64);
  CHECK(largest_difference(imaging::warp_to_square(view_of(photo), {}, 64), photo) == 0);
}

TEST_CASE("A shift by whole pixels moves pixels and leaves black beyond the photo",
          "[preprocess]") {
  const cv::Mat photo = noise(64, 48);
  const cv::Mat square = imaging::warp_to_square(view_of(photo), {1, 0, -10, 5}, 64);
  CHECK(largest_difference(square(cv::Rect(0, 5, 54, 48)), photo(cv::Rect(10, 0, 54, 48))) == 0);
  CHECK(cv::countNonZero(square(cv::Rect(0, 0, 64, 5)).reshape(1)) == 0);
  CHECK(cv::countNonZero(square(cv::Rect(54, 0, 10, 64)).reshape(1)) == 0);
  CHECK(cv::countNonZero(square(cv::Rect(0, 53, 64, 11)).reshape(1)) == 0);
}

TEST_CASE("Enlarging interpolates between pixel centers", "[preprocess]") {
  cv::Mat photo(8, 8, CV_8UC3, cv::Scalar::all(0));
  photo.col(4).setTo(cv::Scalar::all(200));
  const cv::Mat square = imaging::warp_to_square(view_of(photo), {4, 0, 0, 0}, 32);
  CHECK(square.at<cv::Vec3b>(8, 16)[0] == 200);
  CHECK(square.at<cv::Vec3b>(8, 18)[0] == 100);
  CHECK(square.at<cv::Vec3b>(8, 13)[0] == 50);
  CHECK(square.at<cv::Vec3b>(8, 20)[0] == 0);
}

TEST_CASE("Shrinking averages areas instead of skipping pixels", "[preprocess]") {
  // One-pixel stripes: any sampling without averaging gives 0 or 255.
  cv::Mat stripes(640, 640, CV_8UC3, cv::Scalar::all(0));
  for (int x = 0; x < stripes.cols; x += 2) {
    stripes.col(x).setTo(cv::Scalar::all(255));
  }
  for (const int factor : {5, 8, 10}) {
    const int size = 640 / factor;
    const double middle = (factor - 1) / 2.0;
    const Similarity shrink(1.0 / factor, 0, -middle / factor, -middle / factor);
    const cv::Mat square = imaging::warp_to_square(view_of(stripes), shrink, size);
    const cv::Mat inner = square(cv::Rect(1, 1, size - 2, size - 2));
    double least = 0.0;
    double most = 0.0;
    cv::minMaxLoc(inner.reshape(1), &least, &most);
    INFO("by " << factor);
    CHECK(least > 80);
    CHECK(most < 175);
  }
}

TEST_CASE("A shrunk picture matches the area average of its pixels", "[preprocess]") {
  for (const cv::Size size : {cv::Size(640, 640), cv::Size(637, 603)}) {
    const cv::Mat photo = ramp(size.width, size.height);
    const int side = 64;
    const double factor = 9.0;
    const double middle = (factor - 1.0) / 2.0;
    const cv::Mat square = imaging::warp_to_square(
        view_of(photo), Similarity(1.0 / factor, 0, -middle / factor, -middle / factor), side);
    for (int y = 2; y < side - 2; y += 5) {
      for (int x = 2; x < side - 2; x += 5) {
        const cv::Scalar mean = cv::mean(photo(cv::Rect(9 * x, 9 * y, 9, 9)));
        const auto pixel = square.at<cv::Vec3b>(y, x);
        CHECK(std::abs(pixel[0] - mean[0]) <= 1.5);
        CHECK(std::abs(pixel[1] - mean[1]) <= 1.5);
      }
    }
  }
}

TEST_CASE("A rotated warp takes each pixel from its place in the photo", "[preprocess]") {
  const cv::Mat photo = ramp(400, 300);
  const Similarity to_square(0.5 * std::cos(0.6), 0.5 * std::sin(0.6), 20.0, -60.0);
  const cv::Mat square = imaging::warp_to_square(view_of(photo), to_square, 128);
  const Similarity to_photo = to_square.inverse();
  int compared = 0;
  for (int y = 0; y < 128; y += 3) {
    for (int x = 0; x < 128; x += 3) {
      const Point p = to_photo({static_cast<float>(x), static_cast<float>(y)});
      if (p.x > 3 && p.y > 3 && p.x < 396 && p.y < 296) {
        const auto pixel = square.at<cv::Vec3b>(y, x);
        CHECK(std::abs(pixel[0] - 255.0F * p.x / 400.0F) < 2.0F);
        CHECK(std::abs(pixel[1] - 255.0F * p.y / 300.0F) < 2.0F);
        ++compared;
      }
    }
  }
  CHECK(compared > 300);
}

TEST_CASE("All pixel formats and strides give the same square", "[preprocess]") {
  const cv::Mat photo = noise(50, 40);
  const Similarity to_square(0.7, 0.2, 3, 4);
  const cv::Mat expected = imaging::warp_to_square(view_of(photo), to_square, 32);
  for (const PixelFormat format : {PixelFormat::bgr, PixelFormat::rgba, PixelFormat::bgra}) {
    const Image converted = demask::convert(view_of(photo), format);
    CHECK(largest_difference(imaging::warp_to_square(converted, to_square, 32), expected) == 0);
  }
  cv::Mat wide(40, 90, CV_8UC3, cv::Scalar(9, 9, 9));
  cv::Mat part = wide(cv::Rect(20, 0, 50, 40));
  photo.copyTo(part);
  CHECK(largest_difference(imaging::warp_to_square(view_of(part), to_square, 32), expected) == 0);
}

TEST_CASE("Squares outside the photo and absurd scales give black, not errors", "[preprocess]") {
  const cv::Mat photo = noise(40, 40);
  for (const Similarity& to_square : {Similarity(1, 0, 5000, 5000), Similarity(1, 0, -5000, 0),
                                      Similarity(1, 0, 1e30, 1e30), Similarity(1e6, 0, 1e9, 1e9)}) {
    const cv::Mat square = imaging::warp_to_square(view_of(photo), to_square, 32);
    REQUIRE(square.size() == cv::Size(32, 32));
    CHECK(cv::countNonZero(square.reshape(1)) == 0);
  }
  for (const double scale : {1e-5, 1e-12, 1e-36}) {
    CHECK(imaging::warp_to_square(view_of(photo), Similarity(scale, 0, 0, 0), 32).size() ==
          cv::Size(32, 32));
  }
}

TEST_CASE("Photos wider than OpenCV can warp at once are supported", "[preprocess]") {
  cv::Mat photo(40, 40'000, CV_8UC3, cv::Scalar(10, 20, 30));
  photo(cv::Rect(39'000, 0, 1000, 40)).setTo(cv::Scalar(200, 100, 50));
  const cv::Mat square = imaging::warp_to_square(view_of(photo), {1, 0, -39'500, 0}, 32);
  CHECK(square.at<cv::Vec3b>(16, 16) == cv::Vec3b(200, 100, 50));

  cv::Mat levels(40, 40'000, CV_8UC1, cv::Scalar(255));
  CHECK(imaging::warp_levels_to_square(levels, {1, 0, -39'500, 0}, 32).at<std::uint8_t>(5, 5) ==
        255);
  const cv::Mat all = imaging::warp_levels_to_square(levels, {32.0 / 40'000, 0, 0, 0}, 32);
  CHECK(all.at<std::uint8_t>(0, 16) > 0);
}

TEST_CASE("Levels keep their type and are 0 outside", "[preprocess]") {
  cv::Mat levels(20, 20, CV_32FC1, cv::Scalar(0.75));
  const cv::Mat square = imaging::warp_levels_to_square(levels, {1, 0, 6, 6}, 32);
  REQUIRE(square.type() == CV_32FC1);
  CHECK(square.at<float>(10, 10) == Approx(0.75));
  CHECK(square.at<float>(3, 3) == 0.0F);
  CHECK(square.at<float>(30, 30) == 0.0F);
}

TEST_CASE("Coverage marks the pixels that the photo fills", "[preprocess]") {
  const cv::Mat white(60, 80, CV_8UC3, cv::Scalar::all(255));
  for (const Similarity& to_square :
       {Similarity(1, 0, 10, 20), Similarity(0.5, 0.3, 30, 10), Similarity(3, 0, -40, -40)}) {
    const cv::Mat square = imaging::warp_to_square(view_of(white), to_square, 96);
    const cv::Mat coverage = imaging::warp_coverage({80, 60}, to_square, 96);
    cv::Mat red;
    cv::extractChannel(square, red, 0);
    // They may differ only by interpolation along the edge.
    cv::Mat surely;
    cv::erode(coverage, surely, cv::Mat::ones(5, 5, CV_8U));
    cv::Mat possibly;
    cv::dilate(coverage, possibly, cv::Mat::ones(5, 5, CV_8U));
    CHECK(cv::countNonZero((red < 255) & surely) == 0);
    CHECK(cv::countNonZero((red > 0) & ~possibly) == 0);
  }
}

TEST_CASE("The landmark crop is centered on the box, upright and at the given scale",
          "[preprocess]") {
  const Box box{100, 50, 40, 60};
  SECTION("without roll") {
    const Similarity crop = imaging::landmark_crop(box, 0.0F, 1.5F, 129);
    CHECK(crop.scale() == Approx(129.0 / 90.0));
    CHECK(crop.rotation() == Approx(0.0));
    CHECK(crop({120, 80}).x == Approx(64.0));
    CHECK(crop({120, 80}).y == Approx(64.0));
    CHECK(crop({75, 80}).x == Approx(64.0 - 64.5));
  }
  SECTION("the roll is undone") {
    const float roll = 0.4F;
    const Similarity crop = imaging::landmark_crop(box, roll, 1.0F, 128);
    CHECK(crop.rotation() == Approx(-0.4));
    const Point right = crop({120 - 10 * std::cos(roll), 80 - 10 * std::sin(roll)});
    const Point left = crop({120 + 10 * std::cos(roll), 80 + 10 * std::sin(roll)});
    CHECK(right.y == Approx(left.y).margin(1e-3));
    CHECK(left.x > right.x);
  }
  SECTION("invalid boxes") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const Box& bad :
         {Box{0, 0, 0, 0}, Box{0, 0, -5, -5}, Box{nan, 0, 5, 5}, Box{0, 0, nan, 5}}) {
      expect_error(ErrorCode::invalid_argument, "face box",
                   [&] { imaging::landmark_crop(bad, 0.0F, 1.0F, 128); });
    }
    expect_error(ErrorCode::invalid_argument, "face box",
                 [&] { imaging::landmark_crop(box, nan, 1.0F, 128); });
  }
}

TEST_CASE("The letterbox fits the photo and pads to multiples of 32", "[preprocess]") {
  const imaging::Letterbox wide = imaging::letterbox({1280, 720}, 640);
  CHECK(wide.scale == Approx(0.5));
  CHECK(wide.scaled == cv::Size(640, 360));
  CHECK(wide.padded == cv::Size(640, 384));
  const imaging::Letterbox tall = imaging::letterbox({300, 1000}, 500);
  CHECK(tall.scaled == cv::Size(150, 500));
  CHECK(tall.padded == cv::Size(160, 512));
  // Small photos are enlarged, but not without limit.
  CHECK(imaging::letterbox({100, 50}, 640).scale == Approx(2.0));
  CHECK(imaging::letterbox({1, 1}, 640).padded == cv::Size(32, 32));
  CHECK(imaging::letterbox({100'000, 1}, 640).scaled == cv::Size(640, 1));

  const cv::Mat photo(72, 128, CV_8UC3, cv::Scalar(10, 120, 230));
  const imaging::Letterbox geometry = imaging::letterbox(photo.size(), 64);
  const cv::Mat padded = imaging::warp_to_letterbox(view_of(photo), geometry);
  CHECK(padded.size() == cv::Size(64, 64));
  CHECK(padded.at<cv::Vec3b>(35, 63) == cv::Vec3b(10, 120, 230));
  CHECK(padded.at<cv::Vec3b>(36, 0) == cv::Vec3b(0, 0, 0));
  const Image bgra = demask::convert(view_of(photo), PixelFormat::bgra);
  CHECK(largest_difference(imaging::warp_to_letterbox(bgra, geometry), padded) == 0);
}

TEST_CASE("A letterbox averages areas, however much the photo shrinks", "[preprocess]") {
  cv::Mat photo(96, 192, CV_8UC3);
  cv::RNG random(5);
  random.fill(photo, cv::RNG::UNIFORM, 0, 256);
  for (const int factor : {2, 3, 4, 6, 8}) {
    const imaging::Letterbox geometry = imaging::letterbox(photo.size(), 192 / factor);
    const cv::Mat boxed = imaging::warp_to_letterbox(view_of(photo), geometry);
    double largest = 0.0;
    for (int y = 0; y < 96 / factor; ++y) {
      for (int x = 0; x < 192 / factor; ++x) {
        const cv::Scalar expected =
            cv::mean(photo(cv::Rect(x * factor, y * factor, factor, factor)));
        for (int c = 0; c < 3; ++c) {
          largest = std::max(largest, std::abs(boxed.at<cv::Vec3b>(y, x)[c] - expected[c]));
        }
      }
    }
    CHECK(largest <= 1.5);  // each halving rounds
  }
}

TEST_CASE("The landmark map is drawn on the lines and nowhere else", "[preprocess]") {
  const demask::Landmarks face = demask::test::face_landmarks({});
  const cv::Mat map = imaging::draw_landmark_map(face, 256);
  REQUIRE(map.type() == CV_8UC1);
  const auto near = [&](Point p) {
    double most = 0.0;
    const cv::Rect around(cvRound(p.x) - 1, cvRound(p.y) - 1, 3, 3);
    cv::minMaxLoc(map(around & cv::Rect(0, 0, 256, 256)), nullptr, &most);
    return most;
  };
  for (const Point& p : face.points) {
    CHECK(near(p) > 200);
  }
  // Lines join neighboring points: midway along the jaw, and where an eye's ring closes.
  const auto between = [&](std::size_t a, std::size_t b) {
    return Point{(face.points[a].x + face.points[b].x) / 2,
                 (face.points[a].y + face.points[b].y) / 2};
  };
  CHECK(near(between(7, 8)) > 200);
  CHECK(near(between(36, 41)) > 200);
  CHECK(near(between(48, 59)) > 200);
  // Different features are not joined.
  CHECK(near(between(21, 22)) == 0);
  CHECK(near({10, 10}) == 0);

  SECTION("it is as symmetric as the face") {
    cv::Mat mirrored_map;
    cv::flip(map(cv::Rect(1, 0, 255, 256)), mirrored_map, 1);
    cv::Mat difference;
    cv::absdiff(map(cv::Rect(1, 0, 255, 256)), mirrored_map, difference);
    CHECK(cv::mean(difference)[0] < 0.02 * 255);
  }
  SECTION("points far away do not disturb it") {
    demask::Landmarks wild = face;
    wild.points[0] = {-1e9F, 1e9F};
    CHECK(imaging::draw_landmark_map(wild, 256).size() == cv::Size(256, 256));
  }
  SECTION("the 98-point form of the same face gives the same map") {
    demask::Landmarks wflw;
    wflw.scheme = demask::LandmarkScheme::wflw98;
    wflw.points.resize(98);
    for (std::size_t i = 0; i < 17; ++i) {
      wflw.points[2 * i] = face.points[i];
    }
    const cv::Mat drawn = imaging::draw_landmark_map(wflw, 256);
    CHECK(drawn.at<std::uint8_t>(cvRound(face.points[8].y), cvRound(face.points[8].x)) > 100);
  }
}

TEST_CASE("The canonical face is the photo seen through the canonical similarity", "[preprocess]") {
  const cv::Mat photo = ramp(600, 500);
  const Similarity place(0.9, 0.3, 150.0, 60.0);
  const demask::Landmarks face = demask::test::face_landmarks(place);
  const Image canonical = demask::canonical_face(view_of(photo), face, 256);
  CHECK(canonical.width() == 256);
  CHECK(canonical.format() == PixelFormat::rgb);
  const Point p = place({128, 128});
  CHECK(std::abs(canonical.row(128)[3 * 128] - 255.0F * p.x / 600.0F) < 2.0F);
  CHECK(std::abs(canonical.row(128)[3 * 128 + 1] - 255.0F * p.y / 500.0F) < 2.0F);

  expect_error(ErrorCode::invalid_argument, "size: 0",
               [&] { return demask::canonical_face(view_of(photo), face, 0); });
  expect_error(ErrorCode::invalid_argument, "size: 4097",
               [&] { return demask::canonical_face(view_of(photo), face, 4097); });
  expect_error(ErrorCode::invalid_image, "null",
               [&] { return demask::canonical_face(demask::ImageView{}, face); });
  expect_error(ErrorCode::invalid_argument, "0 points",
               [&] { return demask::canonical_face(view_of(photo), {}); });
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"
#include "pipeline/mask_room.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int side = canonical_size;
constexpr double eyes = 0.42 * side;

// A mask whose lower end is a parabola with its lowest point in row `lowest`, which may be below
// the square.
cv::Mat parabola(double lowest) {
  cv::Mat mask = cv::Mat::zeros(side, side, CV_8UC1);
  for (int y = side / 2; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double off = x - 0.5 * (side - 1);
      if (y <= lowest - 0.02 * off * off) mask.at<std::uint8_t>(y, x) = 255;
    }
  }
  return mask;
}

}  // namespace

TEST_CASE("A mask that ends within its square needs no room", "[mask_room]") {
  CHECK(pipeline::scale_that_fits(cv::Mat::zeros(side, side, CV_8UC1)) == 1.0);
  CHECK(pipeline::scale_that_fits(parabola(240.0)) == 1.0);
  // A few pixels at the lower side are its soft edge.
  CHECK(pipeline::scale_that_fits(parabola(255.1)) == 1.0);
}

TEST_CASE("Whether a mask reaches the lower side depends on its own plane only", "[mask_room]") {
  cv::Mat mask = cv::Mat::zeros(side, side, CV_32FC1);
  cv::Mat straps = mask.clone();
  mask.at<float>(side - 2, 90) = 0.9F;
  straps.at<float>(side - 1, 90) = 0.9F;
  CHECK_FALSE(pipeline::reaches_lower_side({mask, straps}, 0.5F));
  mask.at<float>(side - 1, 90) = 0.5F;
  CHECK(pipeline::reaches_lower_side({mask}, 0.5F));
  CHECK_FALSE(pipeline::reaches_lower_side({mask}, 0.6F));
}

TEST_CASE("How far a mask continues below the square is estimated from its taper", "[mask_room]") {
  for (const double below : {5.0, 20.0, 45.0}) {
    CAPTURE(below);
    const double scale = pipeline::scale_that_fits(parabola(255.0 + below));
    // With this scale, the mask ends 4 % of the side above the square's lower side.
    CHECK(eyes + scale * (side + below - eyes) == Approx(0.96 * side).margin(3.0));
  }
}

TEST_CASE("The end of a mask that does not taper cannot be estimated", "[mask_room]") {
  cv::Mat mask = cv::Mat::zeros(side, side, CV_8UC1);
  mask(cv::Rect(60, 140, 130, side - 140)).setTo(255);
  CHECK(pipeline::scale_that_fits(mask) == 0.0);
}

TEST_CASE("A photo either continues below a square or ends with it", "[mask_room]") {
  // The square reaches down to y = 148 in the photo.
  const Similarity half(0.5, 0.0, 10.0, 20.0);
  const Similarity to_square = half.inverse();
  CHECK(pipeline::goes_on_below({nullptr, 200, 160, 600, PixelFormat::rgb}, to_square, side));
  CHECK_FALSE(pipeline::goes_on_below({nullptr, 200, 148, 600, PixelFormat::rgb}, to_square, side));
  CHECK_FALSE(pipeline::goes_on_below({nullptr, 60, 160, 180, PixelFormat::rgb}, to_square, side));
}

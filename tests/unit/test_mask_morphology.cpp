// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "imaging/mask_morphology.hpp"

namespace imaging = demask::imaging;

namespace {

cv::Mat empty_map() { return cv::Mat::zeros(100, 100, CV_32FC1); }

bool is_binary(const cv::Mat& mask) {
  return mask.type() == CV_8UC1 && cv::countNonZero((mask != 0) & (mask != 255)) == 0;
}

}  // namespace

TEST_CASE("The threshold itself counts as covered", "[mask_morphology]") {
  cv::Mat map = empty_map();
  map(cv::Rect(10, 10, 30, 30)).setTo(0.5F);
  const cv::Mat mask = imaging::clean_mask(map, 0.5F, 0);
  CHECK(is_binary(mask));
  CHECK(cv::countNonZero(mask) == 900);
  CHECK(cv::countNonZero(imaging::clean_mask(map, 0.500001F, 0)) == 0);
}

TEST_CASE("No coverage gives an empty mask, and full coverage a full one", "[mask_morphology]") {
  CHECK(cv::countNonZero(imaging::clean_mask(empty_map(), 0.5F, 3)) == 0);
  CHECK(cv::countNonZero(imaging::clean_mask(empty_map() + 1.0F, 0.5F, 3)) == 100 * 100);
  const cv::Mat nan(100, 100, CV_32FC1, cv::Scalar(std::numeric_limits<float>::quiet_NaN()));
  CHECK(cv::countNonZero(imaging::clean_mask(nan, 0.5F, 3)) == 0);
}

TEST_CASE("Narrow gaps are closed and wide ones are not", "[mask_morphology]") {
  cv::Mat map = empty_map();
  map(cv::Rect(10, 20, 30, 40)).setTo(1.0F);
  map(cv::Rect(43, 20, 30, 40)).setTo(1.0F);  // a gap of 3 columns
  CHECK(imaging::clean_mask(map, 0.5F, 3).at<std::uint8_t>(40, 41) == 255);
  CHECK(imaging::clean_mask(map, 0.5F, 0).at<std::uint8_t>(40, 41) == 0);
  map(cv::Rect(40, 20, 12, 40)).setTo(0.0F);  // 12 columns
  CHECK(imaging::clean_mask(map, 0.5F, 3).at<std::uint8_t>(40, 46) == 0);
}

TEST_CASE("Closing does not eat the mask at the border", "[mask_morphology]") {
  cv::Mat map = empty_map();
  map(cv::Rect(0, 60, 100, 40)).setTo(1.0F);
  CHECK(cv::countNonZero(imaging::clean_mask(map, 0.5F, 5)) == 4000);
}

TEST_CASE("Holes are filled", "[mask_morphology]") {
  cv::Mat map = empty_map();
  map(cv::Rect(10, 10, 60, 60)).setTo(1.0F);
  map(cv::Rect(30, 30, 20, 20)).setTo(0.0F);
  CHECK(cv::countNonZero(imaging::clean_mask(map, 0.5F, 0)) == 3600);
}

TEST_CASE("Islands smaller than a tenth of the largest part are removed, others stay",
          "[mask_morphology]") {
  cv::Mat map = empty_map();
  map(cv::Rect(5, 5, 40, 40)).setTo(1.0F);
  map(cv::Rect(60, 5, 20, 20)).setTo(1.0F);
  map(cv::Rect(60, 60, 5, 5)).setTo(1.0F);
  const cv::Mat mask = imaging::clean_mask(map, 0.5F, 0);
  CHECK(cv::countNonZero(mask) == 1600 + 400);
  CHECK(mask.at<std::uint8_t>(62, 62) == 0);
}

TEST_CASE("A mask of single pixels survives", "[mask_morphology]") {
  cv::Mat map = empty_map();
  map.at<float>(50, 50) = 1.0F;
  CHECK(cv::countNonZero(imaging::clean_mask(map, 0.5F, 0)) == 1);
}

TEST_CASE("Dilation grows the mask by its radius in every direction and no further",
          "[mask_morphology]") {
  cv::Mat mask = cv::Mat::zeros(100, 100, CV_8UC1);
  mask.at<std::uint8_t>(50, 50) = 255;
  const cv::Mat grown = imaging::dilate_mask(mask, 7);
  CHECK(is_binary(grown));
  CHECK(cv::boundingRect(grown) == cv::Rect(43, 43, 15, 15));
  CHECK(grown.at<std::uint8_t>(43, 43) == 0);  // round, not square
  CHECK(cv::countNonZero(imaging::dilate_mask(mask, 0)) == 1);
  CHECK(cv::countNonZero(imaging::dilate_mask(mask, -1)) == 1);
  CHECK(cv::countNonZero(mask) == 1);
}

TEST_CASE("Straps that reach the hole join it, widened, and no others do", "[mask_morphology]") {
  cv::Mat hole = cv::Mat::zeros(100, 100, CV_8UC1);
  hole(cv::Rect(40, 60, 20, 20)).setTo(255);
  cv::Mat straps = cv::Mat::zeros(100, 100, CV_8UC1);
  straps(cv::Rect(63, 70, 8, 1)).setTo(255);   // 3 px from the hole
  straps(cv::Rect(77, 70, 10, 1)).setTo(255);  // 6 px from the previous strap
  straps(cv::Rect(20, 10, 20, 1)).setTo(255);  // far from both
  const cv::Mat joined = demask::imaging::with_straps(hole, straps, 2, 4);
  CHECK(is_binary(joined));
  CHECK(cv::countNonZero(joined & hole) == cv::countNonZero(hole));
  CHECK(cv::countNonZero(joined & straps) == 18);
  CHECK(cv::countNonZero(joined(cv::Rect(0, 0, 100, 40))) == 0);
  CHECK(joined.at<std::uint8_t>(72, 70) == 255);
  CHECK(joined.at<std::uint8_t>(73, 70) == 0);
  // The gaps themselves stay unfilled.
  CHECK(joined.at<std::uint8_t>(70, 60) == 0);
  CHECK(cv::countNonZero(demask::imaging::with_straps(hole, straps * 0, 2, 4)) == 400);
}

TEST_CASE("A pixel is a strap if it surely shows a strap, or surely a strap or a mask",
          "[mask_morphology]") {
  const auto is_strap = [](float mask, float strap) {
    const cv::Mat pixels = imaging::strap_pixels(cv::Mat(1, 1, CV_32FC1, cv::Scalar(mask)),
                                                 cv::Mat(1, 1, CV_32FC1, cv::Scalar(strap)), 0.5F);
    CHECK(is_binary(pixels));
    return cv::countNonZero(pixels) == 1;
  };
  CHECK(is_strap(0.0F, 0.5F));
  CHECK(!is_strap(0.0F, 0.49F));
  CHECK(is_strap(0.3F, 0.3F));
  CHECK(!is_strap(0.2F, 0.2F));
  CHECK(!is_strap(0.9F, 0.3F));
  // The mask's own soft outline.
  CHECK(!is_strap(0.49F, 0.1F));
}

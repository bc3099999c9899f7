// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "imaging/detail_match.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int side = 160;

// Waves of many lengths in all directions.
cv::Mat sharp_picture() {
  cv::Mat noise(side, side, CV_32FC3);
  cv::RNG(3).fill(noise, cv::RNG::NORMAL, 0.0, 60.0);
  cv::GaussianBlur(noise, noise, {0, 0}, 0.8);
  cv::Mat picture;
  cv::Mat(noise + cv::Scalar::all(128.0)).convertTo(picture, CV_8U);
  return picture;
}

cv::Mat blurred(const cv::Mat& picture, double sigma) {
  cv::Mat result;
  cv::GaussianBlur(picture, result, {0, 0}, sigma, sigma, cv::BORDER_REPLICATE);
  return result;
}

// The upper half.
cv::Mat upper_half() {
  cv::Mat visible = cv::Mat::zeros(side, side, CV_8UC1);
  visible.rowRange(0, side / 2).setTo(255);
  return visible;
}

double detail_of(const cv::Mat& rgb, const cv::Mat& counted) {
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  return imaging::fine_detail(gray, counted);
}

}  // namespace

TEST_CASE("The detail of a wave follows from its length", "[detail_match]") {
  cv::Mat wave(side, side, CV_8UC1);
  const double frequency = 2.0 * CV_PI / 8.0;
  for (int x = 0; x < side; ++x) {
    wave.col(x).setTo(cv::saturate_cast<std::uint8_t>(128.0 + 100.0 * std::cos(frequency * x)));
  }
  cv::Mat inner = cv::Mat::zeros(side, side, CV_8UC1);
  inner(cv::Rect(16, 16, 128, 128)).setTo(255);
  // The Gaussian damps the wave, and the Laplacian multiplies it by 2 cos(f) - 2.
  const double amplitude =
      100.0 * std::exp(-0.5 * frequency * frequency) * (2.0 - 2.0 * std::cos(frequency));
  CHECK(imaging::fine_detail(wave, inner) == Approx(amplitude / std::sqrt(2.0)).epsilon(0.02));
  CHECK(imaging::fine_detail(wave, cv::Mat::zeros(side, side, CV_8UC1)) == 0.0);
}

TEST_CASE("A generated picture is blurred as its photo is", "[detail_match]") {
  const cv::Mat sharp = sharp_picture();
  for (const double sigma : {1.0, 2.0}) {
    const cv::Mat photo = blurred(sharp, sigma);
    const cv::Mat matched = imaging::match_detail(sharp, photo, upper_half());
    const cv::Mat lower = ~upper_half();
    CHECK(detail_of(matched, lower) == Approx(detail_of(photo, lower)).epsilon(0.1));
    CHECK(cv::norm(matched, photo, cv::NORM_L1) / static_cast<double>(3 * photo.total()) < 2.0);
  }
}

TEST_CASE("A generated picture is sharpened as far as halos allow", "[detail_match]") {
  const cv::Mat sharp = sharp_picture();
  const cv::Mat soft = blurred(sharp, 0.5);
  const cv::Mat matched = imaging::match_detail(soft, sharp, upper_half());
  CHECK(detail_of(matched, upper_half()) > 1.1 * detail_of(soft, upper_half()));
  CHECK(detail_of(matched, upper_half()) <= 1.1 * detail_of(sharp, upper_half()));
}

TEST_CASE("A generated picture of the photo's detail is left alone", "[detail_match]") {
  const cv::Mat sharp = sharp_picture();
  CHECK(cv::norm(imaging::match_detail(sharp, sharp, upper_half()), sharp, cv::NORM_INF) == 0.0);
}

TEST_CASE("Without visible pixels nothing is matched", "[detail_match]") {
  const cv::Mat sharp = sharp_picture();
  cv::Mat few = cv::Mat::zeros(side, side, CV_8UC1);
  few(cv::Rect(0, 0, 20, 20)).setTo(255);
  CHECK(cv::norm(imaging::match_detail(sharp, blurred(sharp, 3.0), few), sharp, cv::NORM_INF) ==
        0.0);
}

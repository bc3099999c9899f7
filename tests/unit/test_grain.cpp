// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "imaging/grain.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int side = 120;

const cv::Mat everywhere(side, side, CV_8UC1, cv::Scalar(255));

// A ramp with a step in it, and Gaussian noise of `deviation` levels.
cv::Mat noisy_picture(double deviation) {
  cv::Mat picture(side, side, CV_32FC1);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      picture.at<float>(y, x) = 60.0F + 0.5F * static_cast<float>(x) + (y > 60 ? 40.0F : 0.0F);
    }
  }
  cv::Mat noise(picture.size(), CV_32FC1);
  cv::RNG(7).fill(noise, cv::RNG::NORMAL, 0.0, deviation);
  cv::Mat gray;
  cv::Mat(picture + noise).convertTo(gray, CV_8U);
  return gray;
}

cv::Mat rgb_of(const cv::Mat& gray) {
  cv::Mat rgb;
  cv::cvtColor(gray, rgb, cv::COLOR_GRAY2RGB);
  return rgb;
}

cv::Mat gray_of(const cv::Mat& rgb) {
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  return gray;
}

}  // namespace

TEST_CASE("Noise is measured beside ramps and edges", "[grain]") {
  CHECK(imaging::noise_of(noisy_picture(3.0), everywhere) == Approx(3.0).epsilon(0.05));
  CHECK(imaging::noise_of(noisy_picture(8.0), everywhere) == Approx(8.0).epsilon(0.05));
  CHECK(imaging::noise_of(noisy_picture(0.0), everywhere) < 0.3);
}

TEST_CASE("Noise of too few pixels is not measured", "[grain]") {
  cv::Mat few = cv::Mat::zeros(side, side, CV_8UC1);
  few(cv::Rect(0, 0, 9, 11)).setTo(255);
  CHECK(imaging::noise_of(noisy_picture(8.0), few) == 0.0);
}

TEST_CASE("Painted pixels get the noise that they lack", "[grain]") {
  cv::Mat smooth = rgb_of(noisy_picture(0.0));
  imaging::add_grain(smooth, everywhere, {0, 0}, 5.0, 0);
  CHECK(imaging::noise_of(gray_of(smooth), everywhere) == Approx(5.0).epsilon(0.05));
  cv::Mat grainy = rgb_of(noisy_picture(3.0));
  imaging::add_grain(grainy, everywhere, {0, 0}, 5.0, 0);
  CHECK(imaging::noise_of(gray_of(grainy), everywhere) == Approx(5.0).epsilon(0.08));
  cv::Mat coarse = rgb_of(noisy_picture(8.0));
  const cv::Mat before = coarse.clone();
  imaging::add_grain(coarse, everywhere, {0, 0}, 5.0, 0);
  CHECK(cv::norm(coarse, before, cv::NORM_INF) == 0.0);
}

TEST_CASE("Grain changes nothing outside of the hole and nothing in a clean photo", "[grain]") {
  const cv::Mat before = rgb_of(noisy_picture(0.0));
  cv::Mat clean = before.clone();
  imaging::add_grain(clean, everywhere, {0, 0}, 0.5, 0);
  CHECK(cv::norm(clean, before, cv::NORM_INF) == 0.0);
  cv::Mat hole = cv::Mat::zeros(side, side, CV_8UC1);
  hole(cv::Rect(30, 30, 60, 60)).setTo(255);
  cv::Mat partly = before.clone();
  imaging::add_grain(partly, hole, {0, 0}, 5.0, 0);
  cv::Mat difference;
  cv::absdiff(partly, before, difference);
  CHECK(cv::countNonZero(gray_of(difference) & ~hole) == 0);
  CHECK(cv::countNonZero(gray_of(difference) & hole) > 3000);
}

TEST_CASE("Grain depends on the place in the photo and on the seed alone", "[grain]") {
  const auto grain = [](cv::Point corner, std::uint32_t seed) {
    cv::Mat picture(side, side, CV_8UC3, cv::Scalar::all(128));
    imaging::add_grain(picture, everywhere, corner, 5.0, seed);
    return picture;
  };
  const cv::Mat first = grain({10, 20}, 1);
  CHECK(cv::norm(first, grain({10, 20}, 1), cv::NORM_INF) == 0.0);
  CHECK(cv::norm(first, grain({10, 20}, 2), cv::NORM_INF) > 0.0);
  const cv::Mat moved = grain({15, 20}, 1);
  CHECK(cv::norm(first(cv::Rect(5, 0, 100, side)), moved(cv::Rect(0, 0, 100, side)),
                 cv::NORM_INF) == 0.0);
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "imaging/color_match.hpp"

using namespace demask;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int side = 128;

// Smooth blobs of many colors.
cv::Mat blobs() {
  cv::Mat noise(side, side, CV_32FC3);
  cv::RNG(5).fill(noise, cv::RNG::NORMAL, 0.0, 300.0);
  cv::GaussianBlur(noise, noise, {0, 0}, 6.0);
  cv::Mat picture;
  cv::Mat(noise + cv::Scalar::all(120.0)).convertTo(picture, CV_8U);
  return picture;
}

// The upper half is visible.
cv::Mat upper_half() {
  cv::Mat weight = cv::Mat::zeros(side, side, CV_32FC1);
  weight.rowRange(0, side / 2).setTo(1.0);
  return weight;
}

double difference(const cv::Mat& a, const cv::Mat& b, const cv::Range& rows) {
  return cv::norm(a.rowRange(rows), b.rowRange(rows), cv::NORM_L1) / (3.0 * side * rows.size());
}

const cv::Range hidden(side / 2 + 8, side);

}  // namespace

TEST_CASE("Gain and offset of each channel are found", "[color_match]") {
  const cv::Mat generated = blobs();
  cv::Mat photo;
  std::vector<cv::Mat> channels;
  cv::split(generated, channels);
  channels[0].convertTo(channels[0], CV_8U, 0.8, 30.0);
  channels[1].convertTo(channels[1], CV_8U, 0.9, -5.0);
  channels[2].convertTo(channels[2], CV_8U, 0.7, 10.0);
  cv::merge(channels, photo);
  const cv::Mat matched = imaging::match_color(generated, photo, upper_half());
  CHECK(difference(generated, photo, hidden) > 10.0);
  CHECK(difference(matched, photo, hidden) < 4.0);
}

TEST_CASE("Equal colors stay as they are", "[color_match]") {
  const cv::Mat picture = blobs();
  CHECK(difference(imaging::match_color(picture, picture, upper_half()), picture, {0, side}) < 0.5);
}

TEST_CASE("Parts that the generator drew elsewhere do not change the colors", "[color_match]") {
  const cv::Mat generated(side, side, CV_8UC3, cv::Scalar(180, 140, 120));
  cv::Mat photo = generated.clone();
  photo(cv::Rect(20, 10, 30, 12)).setTo(cv::Scalar(20, 15, 10));  // An eyebrow.
  const cv::Mat matched = imaging::match_color(generated, photo, upper_half());
  CHECK(difference(matched, generated, hidden) < 3.0);
}

TEST_CASE("A shadow goes on into the hidden part and fades out", "[color_match]") {
  const cv::Mat generated(side, side, CV_8UC3, cv::Scalar::all(150));
  cv::Mat photo = generated.clone();
  photo.colRange(0, side / 2).setTo(cv::Scalar::all(120));
  const cv::Mat matched = imaging::match_color(generated, photo, upper_half());
  const auto level = [&](int x, int y) { return static_cast<int>(matched.at<cv::Vec3b>(y, x)[0]); };
  CHECK(level(16, side / 2 + 4) < level(side - 16, side / 2 + 4) - 10);
  const int near = level(side - 16, side / 2 + 4) - level(16, side / 2 + 4);
  const int far = level(side - 16, side - 4) - level(16, side - 4);
  CHECK(far < near / 2);
}

TEST_CASE("Without visible pixels the colors stay as they are", "[color_match]") {
  const cv::Mat generated = blobs();
  const cv::Mat photo(side, side, CV_8UC3, cv::Scalar::all(20));
  const cv::Mat nothing = cv::Mat::zeros(side, side, CV_32FC1);
  CHECK(difference(imaging::match_color(generated, photo, nothing), generated, {0, side}) < 0.5);
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <opencv2/imgproc.hpp>

#include "imaging/enlarge.hpp"

using demask::imaging::detail_beyond;
using demask::imaging::enlarge;

namespace {

constexpr int side = 64;
constexpr int small_side = 32;

// Patches of light and dark, of the sizes of eyes and hairs.
cv::Mat patches() {
  cv::Mat rgb(side, side, CV_8UC3);
  cv::RNG(7).fill(rgb, cv::RNG::UNIFORM, 20, 230);
  return rgb;
}

cv::Mat blurred(const cv::Mat& rgb, double sigma) {
  cv::Mat result;
  cv::GaussianBlur(rgb, result, {0, 0}, sigma);
  return result;
}

cv::Mat all_known() { return {side, side, CV_8UC1, cv::Scalar(255)}; }

// Dark on the left, light on the right.
cv::Mat step(int size) {
  cv::Mat rgb(size, size, CV_8UC3, cv::Scalar::all(60));
  rgb.colRange(size / 2, size).setTo(cv::Scalar::all(180));
  return rgb;
}

int steepest_of(const cv::Mat& rgb) {
  int steepest = 0;
  for (int x = 1; x < rgb.cols; ++x) {
    steepest = std::max(steepest, std::abs(rgb.at<cv::Vec3b>(rgb.rows / 2, x)[1] -
                                           rgb.at<cv::Vec3b>(rgb.rows / 2, x - 1)[1]));
  }
  return steepest;
}

}  // namespace

TEST_CASE("Only detail finer than the small square can show counts", "[enlarge]") {
  CHECK(detail_beyond(patches(), all_known(), small_side) > 0.5);
  CHECK(detail_beyond(step(side), all_known(), small_side) > 0.25);
  CHECK(detail_beyond(blurred(step(side), 4.0), all_known(), small_side) == 0.0);
  cv::Mat passed;
  cv::resize(patches(), passed, {small_side, small_side}, 0.0, 0.0, cv::INTER_AREA);
  CHECK(detail_beyond(enlarge(passed, side, 0.0), all_known(), small_side) <
        0.5 * detail_beyond(patches(), all_known(), small_side));
}

TEST_CASE("Noise hardly counts as detail", "[enlarge]") {
  cv::Mat noise(side, side, CV_16SC3);
  cv::RNG(3).fill(noise, cv::RNG::NORMAL, 0.0, 2.0);
  cv::Mat grainy = blurred(step(side), 3.0);
  cv::add(grainy, noise, grainy, cv::noArray(), CV_8U);
  CHECK(detail_beyond(grainy, all_known(), small_side) < 0.25);
}

TEST_CASE("Unknown pixels do not count as detail", "[enlarge]") {
  cv::Mat rgb = blurred(patches(), 4.0);
  patches().rowRange(side / 2, side).copyTo(rgb.rowRange(side / 2, side));
  CHECK(detail_beyond(rgb, all_known(), small_side) > 0.5);
  cv::Mat known = all_known();
  known.rowRange(side / 2, side).setTo(0);
  CHECK(detail_beyond(rgb, known, small_side) < 0.05);
  CHECK(detail_beyond(rgb, cv::Mat::zeros(side, side, CV_8UC1), small_side) == 0.0);
}

TEST_CASE("Far larger pictures are measured at a bounded size", "[enlarge]") {
  cv::Mat large;
  cv::resize(step(4), large, {1024, 1024}, 0.0, 0.0, cv::INTER_NEAREST);
  const cv::Mat known(large.size(), CV_8UC1, cv::Scalar(255));
  CHECK(detail_beyond(large, known, 8) > 0.1);
  CHECK(detail_beyond(blurred(large, 200.0), known, 8) == 0.0);
  CHECK(enlarge(step(4), 1024, 2.0).size() == large.size());
}

TEST_CASE("Edges become steeper with a larger amount", "[enlarge]") {
  const int plain = steepest_of(enlarge(step(small_side), side, 0.0));
  const int some = steepest_of(enlarge(step(small_side), side, 0.5));
  const int more = steepest_of(enlarge(step(small_side), side, 2.0));
  CHECK(some > plain);
  CHECK(more > some);
}

TEST_CASE("Sharpening leaves no halos", "[enlarge]") {
  for (const double amount : {0.0, 0.5, 2.0}) {
    double darkest = 0.0;
    double lightest = 0.0;
    cv::minMaxLoc(enlarge(step(small_side), side, amount).reshape(1), &darkest, &lightest);
    CHECK(darkest == 60.0);
    CHECK(lightest == 180.0);
  }
  const cv::Mat flat(small_side, small_side, CV_8UC3, cv::Scalar(10, 120, 250));
  const cv::Mat expected(side, side, CV_8UC3, cv::Scalar(10, 120, 250));
  CHECK(cv::norm(enlarge(flat, side, 2.0), expected, cv::NORM_INF) == 0.0);
}

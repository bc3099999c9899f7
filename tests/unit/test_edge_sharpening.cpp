#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <opencv2/imgproc.hpp>

#include "imaging/edge_sharpening.hpp"

using demask::imaging::detail_beyond;
using demask::imaging::sharpen_edges;

namespace {

constexpr int side = 64;
constexpr int small_side = 32;

cv::Mat noise(int size) {
  cv::Mat rgb(size, size, CV_8UC3);
  cv::RNG(7).fill(rgb, cv::RNG::UNIFORM, 60, 190);
  return rgb;
}

cv::Mat enlarged(const cv::Mat& rgb) {
  cv::Mat result;
  cv::resize(rgb, result, {side, side}, 0.0, 0.0, cv::INTER_CUBIC);
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
    steepest = std::max(steepest, std::abs(rgb.at<cv::Vec3b>(side / 2, x)[1] -
                                           rgb.at<cv::Vec3b>(side / 2, x - 1)[1]));
  }
  return steepest;
}

}  // namespace

TEST_CASE("Only detail finer than the small square's counts", "[edge_sharpening]") {
  CHECK(detail_beyond(noise(side), all_known(), small_side) > 0.3);
  cv::Mat smooth;
  cv::GaussianBlur(noise(side), smooth, {0, 0}, 4.0);
  CHECK(detail_beyond(smooth, all_known(), small_side) < 0.05);
  CHECK(detail_beyond(cv::Mat(side, side, CV_8UC3, cv::Scalar::all(90)), all_known(), small_side) ==
        0.0);
}

TEST_CASE("What is not known does not count as detail", "[edge_sharpening]") {
  cv::Mat rgb;
  cv::GaussianBlur(noise(side), rgb, {0, 0}, 4.0);
  const cv::Mat fine = noise(side);
  fine.rowRange(side / 2, side).copyTo(rgb.rowRange(side / 2, side));
  CHECK(detail_beyond(rgb, all_known(), small_side) > 0.3);
  cv::Mat known = all_known();
  known.rowRange(side / 2 - 6, side).setTo(0);
  CHECK(detail_beyond(rgb, known, small_side) < 0.1);
  CHECK(detail_beyond(rgb, cv::Mat::zeros(side, side, CV_8UC1), small_side) == 0.0);
}

TEST_CASE("Edges become steeper, the more the larger the amount", "[edge_sharpening]") {
  const cv::Mat soft = enlarged(step(small_side));
  const int before = steepest_of(soft);
  const int some = steepest_of(sharpen_edges(soft, 2.0, 0.5));
  const int more = steepest_of(sharpen_edges(soft, 2.0, 2.0));
  CHECK(some > before);
  CHECK(more > some);
  CHECK(cv::norm(sharpen_edges(soft, 2.0, 0.0), soft, cv::NORM_INF) <= 1.0);
}

TEST_CASE("Sharpening leaves neither halos nor new values", "[edge_sharpening]") {
  const cv::Mat flat(side, side, CV_8UC3, cv::Scalar(10, 120, 250));
  CHECK(cv::norm(sharpen_edges(flat, 2.0, 2.0), flat, cv::NORM_INF) == 0.0);
  const cv::Mat soft = enlarged(noise(small_side));
  const cv::Mat sharp = sharpen_edges(soft, 2.0, 2.0);
  const cv::Mat near = cv::getStructuringElement(cv::MORPH_RECT, {5, 5});
  cv::Mat lightest;
  cv::Mat darkest;
  cv::dilate(soft, lightest, near);
  cv::erode(soft, darkest, near);
  CHECK(cv::countNonZero(cv::Mat(sharp > lightest).reshape(1)) == 0);
  CHECK(cv::countNonZero(cv::Mat(sharp < darkest).reshape(1)) == 0);
}

// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>
#include <cmath>
#include <opencv2/core.hpp>

#include "demask/error.hpp"
#include "metrics/image_quality.hpp"

using namespace demask::training;

namespace {

/// Random levels from 20 to 219, so that offsets do not clip.
cv::Mat noise(int side, int channels) {
  cv::Mat image(side, side, CV_8UC(channels));
  cv::RNG(7).fill(image, cv::RNG::UNIFORM, 20, 220);
  return image;
}

}  // namespace

TEST_CASE("identical images have an infinite PSNR and an SSIM of 1") {
  const cv::Mat image = noise(32, 3);
  CHECK(std::isinf(psnr(image, image)));
  CHECK(ssim(image, image) == Approx(1.0));
}

TEST_CASE("the PSNR of a constant offset follows from the square of the offset") {
  const cv::Mat truth = noise(32, 3);
  const cv::Mat image = truth + cv::Scalar::all(10);
  CHECK(mean_squared_error(image, truth) == Approx(100.0));
  CHECK(psnr(image, truth) == Approx(20.0 * std::log10(25.5)));
}

TEST_CASE("a mask selects the pixels that are compared") {
  const cv::Mat truth = noise(32, 3);
  cv::Mat image = truth.clone();
  const cv::Rect changed(4, 4, 8, 8);
  image(changed) += cv::Scalar::all(20);
  cv::Mat mask(truth.size(), CV_8UC1, cv::Scalar(0));
  mask(changed).setTo(255);
  CHECK(mean_squared_error(image, truth, mask) == Approx(400.0));
  CHECK(mean_squared_error(image, truth) == Approx(400.0 * 64.0 / 1024.0));
  CHECK(std::isinf(psnr(image, truth, 255 - mask)));
  CHECK(ssim(image, truth, mask) < ssim(image, truth));
}

TEST_CASE("the SSIM of two uniform images is its luminance term") {
  const cv::Mat truth(32, 32, CV_8UC1, cv::Scalar(100));
  const cv::Mat image(32, 32, CV_8UC1, cv::Scalar(150));
  const double c1 = 0.01 * 255.0 * 0.01 * 255.0;
  const double expected = (2.0 * 100.0 * 150.0 + c1) / (100.0 * 100.0 + 150.0 * 150.0 + c1);
  CHECK(ssim(image, truth) == Approx(expected).epsilon(1e-4));
}

TEST_CASE("images that cannot be compared are refused") {
  const cv::Mat image = noise(32, 3);
  CHECK_THROWS_AS(psnr(image, noise(16, 3)), demask::Error);
  CHECK_THROWS_AS(psnr(image, noise(32, 1)), demask::Error);
  CHECK_THROWS_AS(psnr(image, image, cv::Mat(32, 32, CV_8UC1, cv::Scalar(0))), demask::Error);
  CHECK_THROWS_AS(psnr(image, image, cv::Mat(8, 8, CV_8UC1, cv::Scalar(1))), demask::Error);
}

TEST_CASE("the overlap of masks counts pixels") {
  cv::Mat a(10, 10, CV_8UC1, cv::Scalar(0));
  cv::Mat b = a.clone();
  CHECK(mask_iou(a, b) == 1.0);
  a(cv::Rect(0, 0, 4, 10)).setTo(255);
  CHECK(mask_iou(a, b) == 0.0);
  b(cv::Rect(2, 0, 4, 10)).setTo(1);
  CHECK(mask_iou(a, b) == Approx(20.0 / 60.0));
}

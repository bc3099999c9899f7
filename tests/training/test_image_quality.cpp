// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "demask/error.hpp"
#include "metrics/detail.hpp"
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

TEST_CASE("the detail of an image is relative to the truth's") {
  const cv::Mat truth = noise(64, 3);
  const cv::Mat all(truth.size(), CV_8UC1, cv::Scalar(255));
  CHECK(detail_ratio(truth, truth, all).value() == Approx(1.0));
  cv::Mat blurred;
  cv::GaussianBlur(truth, blurred, {}, 2.0);
  CHECK(detail_ratio(blurred, truth, all).value() < 0.3);
  cv::Mat weaker;
  cv::addWeighted(truth, 0.5, truth, 0.0, 60.0, weaker);
  CHECK(detail_ratio(weaker, truth, all).value() == Approx(0.5).epsilon(0.01));
  const cv::Mat flat(truth.size(), CV_8UC3, cv::Scalar::all(90));
  CHECK(detail_ratio(flat, truth, all).value() == Approx(0.0).margin(1e-9));
  CHECK_FALSE(detail_ratio(truth, flat, all));
}

TEST_CASE("the detail of a wave is the filter's response at its frequency") {
  const double step = 2.0 * CV_PI / 8.0;  // radians per pixel
  cv::Mat wave(64, 64, CV_8UC3);
  for (int x = 0; x < wave.cols; ++x) {
    wave.col(x).setTo(cv::Scalar::all(cvRound(128.0 + 100.0 * std::sin(step * x))));
  }
  const cv::Mat all(wave.size(), CV_8UC1, cv::Scalar(255));
  // A Gaussian passes exp(-w^2 sigma^2 / 2) of a wave, the discrete Laplacian 2 cos(w) - 2.
  const double response = std::exp(-0.5 * step * step) * (2.0 - 2.0 * std::cos(step));
  CHECK(detail_energy(wave, all).value() ==
        Approx(0.5 * std::pow(100.0 * response, 2.0)).epsilon(0.02));
}

TEST_CASE("detail is measured well inside the mask") {
  const cv::Mat truth = noise(64, 3);
  cv::Mat mask(truth.size(), CV_8UC1, cv::Scalar(0));
  mask(cv::Rect(20, 20, 20, 20)).setTo(255);
  cv::Mat changed = truth.clone();
  changed.setTo(cv::Scalar::all(0), ~mask);
  CHECK(detail_ratio(changed, truth, mask).value() == Approx(1.0));
  mask.setTo(0);
  mask(cv::Rect(20, 20, 8, 20)).setTo(255);
  CHECK_FALSE(detail_energy(truth, mask));
  CHECK_THROWS_AS(detail_energy(truth, cv::Mat(8, 8, CV_8UC1, cv::Scalar(1))), demask::Error);
}

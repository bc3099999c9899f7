// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>

#include "demask/error.hpp"
#include "runtime/tensor.hpp"

namespace {

using demask::runtime::Tensor;

cv::Mat counting_image(int width, int height, int type) {
  cv::Mat image(height, width, type);
  for (int y = 0; y < height; ++y) {
    for (int i = 0; i < width * image.channels(); ++i) {
      image.ptr<std::uint8_t>(y)[i] =
          static_cast<std::uint8_t>((y * width * image.channels() + i) % 256);
    }
  }
  return image;
}

TEST_CASE("A tensor begins as zeros of its shape", "[tensor]") {
  const Tensor tensor({2, 3, 4});
  CHECK(tensor.elements() == 24);
  CHECK(tensor.values == std::vector<float>(24, 0.0F));
  CHECK(Tensor({0, 4}).values.empty());
}

TEST_CASE("Pixels lie plane by plane, scaled to [0, 1]", "[tensor]") {
  Tensor batch({2, 3, 1, 2});
  cv::Mat image(1, 2, CV_8UC3);
  image.at<cv::Vec3b>(0, 0) = {0, 51, 102};
  image.at<cv::Vec3b>(0, 1) = {153, 204, 255};
  demask::runtime::put_image(batch, 1, image);
  CHECK(batch.values == std::vector<float>{0, 0, 0, 0, 0, 0, 0.0F, 0.6F, 0.2F, 0.8F, 0.4F, 1.0F});
}

TEST_CASE("Every level survives the conversion to a tensor and back", "[tensor]") {
  Tensor batch({2, 3, 16, 16});
  const cv::Mat image = counting_image(16, 16, CV_8UC3);
  demask::runtime::put_image(batch, 1, image);
  CHECK(cv::norm(demask::runtime::get_image(batch, 1), image, cv::NORM_INF) == 0.0);
  CHECK(cv::norm(demask::runtime::get_image(batch, 0), cv::NORM_INF) == 0.0);
}

TEST_CASE("An image can be put into a tensor in bands of rows", "[tensor]") {
  const cv::Mat image = counting_image(5, 7, CV_8UC3);
  Tensor whole({2, 3, 7, 5});
  Tensor banded({2, 3, 7, 5});
  demask::runtime::put_image(whole, 1, image);
  for (const cv::Range& rows : {cv::Range(3, 7), cv::Range(0, 3), cv::Range(3, 3)}) {
    demask::runtime::put_image(banded, 1, image, rows);
  }
  CHECK(banded.values == whole.values);
}

TEST_CASE("A part of a larger matrix is copied row by row", "[tensor]") {
  const cv::Mat image = counting_image(9, 7, CV_8UC1);
  const cv::Mat part = image(cv::Rect(2, 3, 4, 2));
  Tensor batch({1, 1, 2, 4});
  demask::runtime::put_image(batch, 0, part);
  cv::Mat expected;
  part.convertTo(expected, CV_32F, 1.0 / 255.0);
  CHECK(cv::norm(demask::runtime::get_plane(batch, 0, 0), expected, cv::NORM_INF) < 1e-6);
}

TEST_CASE("Values outside [0, 1] are clamped, and NaN becomes black", "[tensor]") {
  Tensor batch({1, 3, 1, 2});
  batch.values = {-3.0F, 7.0F, std::numeric_limits<float>::quiet_NaN(), 0.5F, 0.0019F, 0.002F};
  const cv::Mat image = demask::runtime::get_image(batch, 0);
  CHECK(image.at<cv::Vec3b>(0, 0) == cv::Vec3b(0, 0, 0));
  CHECK(image.at<cv::Vec3b>(0, 1) == cv::Vec3b(255, 128, 1));
}

TEST_CASE("A plane is the requested channel", "[tensor]") {
  Tensor batch({2, 2, 1, 2});
  batch.values = {0, 1, 2, 3, 4, 5, 6, 7};
  const cv::Mat plane = demask::runtime::get_plane(batch, 1, 0);
  CHECK(plane.at<float>(0, 0) == 4.0F);
  CHECK(plane.at<float>(0, 1) == 5.0F);
}

TEST_CASE("Images and tensors that do not fit are refused", "[tensor]") {
  Tensor batch({1, 3, 4, 4});
  CHECK_THROWS_AS(demask::runtime::put_image(batch, 0, counting_image(4, 5, CV_8UC3)),
                  demask::Error);
  CHECK_THROWS_AS(demask::runtime::put_image(batch, 0, counting_image(4, 4, CV_8UC1)),
                  demask::Error);
  CHECK_THROWS_AS(demask::runtime::put_image(batch, 1, counting_image(4, 4, CV_8UC3)),
                  demask::Error);
  CHECK_THROWS_AS(demask::runtime::get_plane(batch, 0, 3), demask::Error);
  CHECK_THROWS_AS(demask::runtime::get_image(Tensor({1, 1, 4, 4}), 0), demask::Error);
}

}  // namespace

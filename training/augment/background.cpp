// SPDX-License-Identifier: Apache-2.0
#include "augment/background.hpp"

#include <array>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "imaging/background_color.hpp"

namespace demask::training {
namespace {

// Standard deviation of the edge of a replaced background, in pixels.
constexpr double edge_softness = 1.0;
// The points of the jaw between which the neck begins.
constexpr std::size_t neck_right = 5;
constexpr std::size_t neck_left = 11;

// Saturation and value in [0.6, 1] and [0.4, 1].
cv::Scalar strong_color(Random& random) {
  const cv::Vec3b hsv(static_cast<std::uint8_t>(random.integer(0, 179)),
                      static_cast<std::uint8_t>(random.integer(153, 255)),
                      static_cast<std::uint8_t>(random.integer(102, 255)));
  cv::Mat pixel(1, 1, CV_8UC3, cv::Scalar(hsv[0], hsv[1], hsv[2]));
  cv::cvtColor(pixel, pixel, cv::COLOR_HSV2RGB);
  const auto& rgb = pixel.at<cv::Vec3b>(0);
  return {static_cast<double>(rgb[0]), static_cast<double>(rgb[1]), static_cast<double>(rgb[2])};
}

// Mixes two pictures by `share` of the second (CV_32FC1).
cv::Mat mixed(const cv::Mat& first, const cv::Mat& second, const cv::Mat& share) {
  cv::Mat result;
  cv::blendLinear(first, second, 1.0 - share, share, result);
  return result;
}

// How much of the second color each pixel has: a gradient or blotches.
cv::Mat random_shares(int size, Random& random) {
  const int cells = random.chance(0.5F) ? 2 : random.integer(4, 24);
  cv::Mat coarse(cells, cells, CV_32FC1);
  cv::RNG(random.bits()).fill(coarse, cv::RNG::UNIFORM, 0.0, 1.0);
  cv::Mat shares;
  cv::resize(coarse, shares, {size, size}, 0.0, 0.0, cv::INTER_LINEAR);
  return shares;
}

cv::Mat neck_of(const Landmarks& face, int size) {
  const Point& right = face.points[neck_right];
  const Point& left = face.points[neck_left];
  const std::vector<cv::Point> corners = {{cvRound(right.x), cvRound(right.y)},
                                          {cvRound(left.x), cvRound(left.y)},
                                          {cvRound(left.x), size},
                                          {cvRound(right.x), size}};
  cv::Mat neck = cv::Mat::zeros(size, size, CV_8UC1);
  cv::fillConvexPoly(neck, corners, cv::Scalar(255));
  return neck;
}

}  // namespace

void replace_background(cv::Mat& rgb, const cv::Mat& background, const cv::Mat& cover) {
  cv::Mat share;
  cv::Mat(background != 0).convertTo(share, CV_32F, 1.0 / 255.0);
  cv::GaussianBlur(share, share, {}, edge_softness);
  rgb = mixed(rgb, cover, share);
}

cv::Mat strong_colors(int size, Random& random) {
  const cv::Mat first(size, size, CV_8UC3, strong_color(random));
  if (random.chance(0.5F)) {
    return first;
  }
  const cv::Mat second(size, size, CV_8UC3, strong_color(random));
  return mixed(first, second, random_shares(size, random));
}

void replace_background(CanonicalFace& face, Random& random) {
  const int size = face.rgb.cols;
  const cv::Mat shown =
      (imaging::face_share(face.landmarks, size) >= 0.5F) | neck_of(face.landmarks, size);
  replace_background(face.rgb, shown == 0, strong_colors(size, random));
  face.rgb.setTo(cv::Scalar::all(0.0), face.coverage == 0);
}

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#include "imaging/grain.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace demask::imaging {
namespace {

constexpr int min_pixels = 100;
// In levels; a photo with less noise looks clean.
constexpr double min_noise = 0.7;
// In levels; more is texture that was taken for noise.
constexpr double max_noise = 12.0;
// The mask multiplies the deviation of white noise by 6, and the median absolute value of a normal
// distribution is 0.6745 deviations.
constexpr double response = 6.0 * 0.6745;

// A number from the standard normal distribution, nearly: the sum of four uniform numbers drawn
// from a hash of the pixel's place (lowbias32, Wellons 2018).
float normal_number(std::uint32_t x, std::uint32_t y, std::uint32_t seed) {
  std::uint32_t hash = x * 0x9e3779b1U ^ y * 0x85ebca77U ^ seed * 0xc2b2ae3dU;
  hash ^= hash >> 16U;
  hash *= 0x7feb352dU;
  hash ^= hash >> 15U;
  hash *= 0x846ca68bU;
  hash ^= hash >> 16U;
  const std::uint32_t sum =
      (hash & 255U) + (hash >> 8U & 255U) + (hash >> 16U & 255U) + (hash >> 24U & 255U);
  constexpr float mean = 510.0F;
  constexpr float deviation = 147.80F;  // Of the sum of four numbers from 0 to 255.
  return (static_cast<float>(sum) - mean) / deviation;
}

}  // namespace

double noise_of(const cv::Mat& gray, const cv::Mat& counted) {
  static const cv::Mat mask = (cv::Mat_<float>(3, 3) << 1, -2, 1, -2, 4, -2, 1, -2, 1);
  cv::Mat responses;
  cv::filter2D(gray, responses, CV_32F, mask, {-1, -1}, 0.0, cv::BORDER_REPLICATE);
  std::vector<float> sizes;
  for (int y = 0; y < gray.rows; ++y) {
    const auto* is_counted = counted.ptr<std::uint8_t>(y);
    const auto* value = responses.ptr<float>(y);
    for (int x = 0; x < gray.cols; ++x) {
      if (is_counted[x] != 0) {
        sizes.push_back(std::abs(value[x]));
      }
    }
  }
  if (sizes.size() < min_pixels) {
    return 0.0;
  }
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return static_cast<double>(*middle) / response;
}

void add_grain(cv::Mat& rgb, const cv::Mat& hole, cv::Point corner, double noise,
               std::uint32_t seed) {
  if (noise < min_noise) {
    return;
  }
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  const double wanted = std::min(noise, max_noise);
  const double found = std::min(noise_of(gray, hole), wanted);
  const auto missing = static_cast<float>(std::sqrt(wanted * wanted - found * found));
  for (int y = 0; y < rgb.rows; ++y) {
    const auto* is_painted = hole.ptr<std::uint8_t>(y);
    auto* pixel = rgb.ptr<cv::Vec3b>(y);
    for (int x = 0; x < rgb.cols; ++x) {
      if (is_painted[x] == 0) {
        continue;
      }
      const float grain = missing * normal_number(static_cast<std::uint32_t>(corner.x + x),
                                                  static_cast<std::uint32_t>(corner.y + y), seed);
      for (int c = 0; c < 3; ++c) {
        pixel[x][c] = cv::saturate_cast<std::uint8_t>(static_cast<float>(pixel[x][c]) + grain);
      }
    }
  }
}

}  // namespace demask::imaging

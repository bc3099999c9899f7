// SPDX-License-Identifier: Apache-2.0
#include "augment/augmentation.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "demask/error.hpp"

namespace demask::training {
namespace {

void compress(cv::Mat& rgb, int quality) {
  std::vector<unsigned char> bytes;
  // Channel order hardly affects the artifacts, so the swap to BGR is skipped.
  cv::imencode(".jpg", rgb, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
  cv::imdecode(bytes, cv::IMREAD_COLOR, &rgb);
}

void add_noise(cv::Mat& rgb, float deviation, Random& random) {
  cv::Mat noise(rgb.size(), CV_16SC3);
  cv::RNG generator(random.bits());
  generator.fill(noise, cv::RNG::NORMAL, cv::Scalar::all(0.0), cv::Scalar::all(deviation));
  cv::add(rgb, noise, rgb, cv::noArray(), CV_8U);
}

void lower_resolution(cv::Mat& rgb, float factor) {
  const cv::Size size = rgb.size();
  cv::Mat small;
  cv::resize(rgb, small, {}, factor, factor, cv::INTER_AREA);
  cv::resize(small, rgb, size, 0.0, 0.0, cv::INTER_LINEAR);
}

}  // namespace

Landmarks flip_landmarks(const Landmarks& landmarks, int width) {
  const std::size_t count = landmarks.points.size();
  if (count != static_cast<std::size_t>(landmarks.scheme)) {
    throw Error(ErrorCode::invalid_argument,
                "flip_landmarks: points of the scheme are missing; add them");
  }
  Landmarks flipped = landmarks;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t source = mirrored_point(landmarks.scheme, i);
    const Point& from = landmarks.points[source];
    flipped.points[i] = {static_cast<float>(width - 1) - from.x, from.y};
    if (!landmarks.confidence.empty()) {
      flipped.confidence[i] = landmarks.confidence[source];
    }
  }
  return flipped;
}

Box flip_box(const Box& box, int width) {
  return {static_cast<float>(width - 1) - box.right(), box.y, box.width, box.height};
}

Similarity random_similarity(const SimilarityJitter& jitter, int size, Random& random) {
  const double angle = random.uniform(-jitter.rotation, jitter.rotation);
  const double scale = std::exp(random.uniform(-jitter.scale, jitter.scale));
  const double a = scale * std::cos(angle);
  const double b = scale * std::sin(angle);
  const double center = 0.5 * (size - 1);
  const double dx = random.uniform(-jitter.shift, jitter.shift) * static_cast<float>(size);
  const double dy = random.uniform(-jitter.shift, jitter.shift) * static_cast<float>(size);
  return {a, b, center - a * center + b * center + dx, center - b * center - a * center + dy};
}

void jitter_colors(cv::Mat& rgb, float strength, Random& random) {
  const float gamma = std::exp(strength * random.uniform(-0.5F, 0.5F));
  const float contrast = std::exp(strength * random.uniform(-0.35F, 0.35F));
  const float brightness = strength * random.uniform(-0.15F, 0.15F);
  cv::Mat table(1, 256, CV_8UC3);
  std::array<float, 3> balance{};
  for (float& gain : balance) {
    gain = std::exp(strength * random.uniform(-0.12F, 0.12F));
  }
  for (int level = 0; level < 256; ++level) {
    const float curve = std::pow(static_cast<float>(level) / 255.0F, gamma);
    const float value = (curve - 0.5F) * contrast + 0.5F + brightness;
    for (int c = 0; c < 3; ++c) {
      table.at<cv::Vec3b>(level)[c] =
          cv::saturate_cast<unsigned char>(255.0F * value * balance[static_cast<std::size_t>(c)]);
    }
  }
  cv::LUT(rgb, table, rgb);
  const float saturation = 1.0F + strength * random.uniform(-0.5F, 0.4F);
  const float rest = 1.0F - saturation;
  const cv::Matx33f mix(saturation + rest * 0.299F, rest * 0.587F, rest * 0.114F,  //
                        rest * 0.299F, saturation + rest * 0.587F, rest * 0.114F,  //
                        rest * 0.299F, rest * 0.587F, saturation + rest * 0.114F);
  cv::transform(rgb, rgb, mix);
}

void degrade(cv::Mat& rgb, Random& random) {
  if (random.chance(0.25F)) {
    lower_resolution(rgb, random.uniform(0.3F, 0.8F));
  }
  if (random.chance(0.2F)) {
    const double sigma = random.uniform(0.4F, 1.6F);
    cv::GaussianBlur(rgb, rgb, {}, sigma);
  }
  if (random.chance(0.25F)) {
    add_noise(rgb, random.uniform(2.0F, 10.0F), random);
  }
  if (random.chance(0.4F)) {
    compress(rgb, random.integer(35, 90));
  }
}

}  // namespace demask::training

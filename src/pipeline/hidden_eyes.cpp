// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hidden_eyes.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace demask::pipeline {
namespace {

constexpr std::size_t first_of_eyes = 36;
constexpr std::size_t points_of_eye = 6;
constexpr std::size_t end_of_eyes = first_of_eyes + 2 * points_of_eye;

std::size_t covered_points(const cv::Mat& mask, const Landmarks& face, std::size_t first) {
  const cv::Rect area({0, 0}, mask.size());
  std::size_t covered = 0;
  for (std::size_t i = first; i < first + points_of_eye; ++i) {
    const cv::Point place(cvRound(face.points[i].x), cvRound(face.points[i].y));
    covered += area.contains(place) && mask.at<std::uint8_t>(place) != 0 ? 1 : 0;
  }
  return covered;
}

float eye_confidence(const Landmarks& face) {
  if (face.confidence.size() < end_of_eyes) {
    return 1.0F;
  }
  const auto first = face.confidence.begin() + static_cast<std::ptrdiff_t>(first_of_eyes);
  constexpr auto count = static_cast<std::ptrdiff_t>(2 * points_of_eye);
  return std::accumulate(first, first + count, 0.0F) / static_cast<float>(count);
}

}  // namespace

std::optional<HiddenEyes> hidden_eyes(const cv::Mat& mask, const Landmarks& canonical) {
  const Landmarks face = to_ibug68(canonical);
  const std::size_t right = covered_points(mask, face, first_of_eyes);
  const std::size_t left = covered_points(mask, face, first_of_eyes + points_of_eye);
  const HiddenEyes eyes{right + left, std::max(right, left), eye_confidence(face)};
  const bool is_hidden = eyes.of_one > max_covered_of_eye ||
                         (eyes.covered > max_covered_if_unsure && eyes.confidence < sure_eyes);
  return is_hidden ? std::optional(eyes) : std::nullopt;
}

}  // namespace demask::pipeline

// SPDX-License-Identifier: Apache-2.0
#include "stages/photo_levels.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "imaging/mat.hpp"

namespace demask::stages {
namespace {

int longer_side(const PhotoLevel& level) {
  return std::max(level.pixels.width, level.pixels.height);
}

}  // namespace

PhotoLevels::PhotoLevels(const ImageView& photo, int min_side) : levels_{{photo, 1.0}} {
  cv::Mat pixels = imaging::as_mat(photo);
  while (std::max(pixels.cols, pixels.rows) / 2 >= min_side &&
         std::min(pixels.cols, pixels.rows) > 1) {
    const cv::Size half(pixels.cols / 2, pixels.rows / 2);
    cv::Mat halved;
    cv::resize(pixels(cv::Rect(0, 0, 2 * half.width, 2 * half.height)), halved, half, 0.0, 0.0,
               cv::INTER_AREA);
    halvings_.push_back(halved);
    levels_.push_back({imaging::as_view(halved, photo.format), levels_.back().scale / 2.0});
    pixels = halved;
  }
}

const PhotoLevel& PhotoLevels::at_least(int side) const {
  const auto smallest = std::find_if(levels_.rbegin(), levels_.rend(), [side](const auto& level) {
    return longer_side(level) >= side;
  });
  return smallest == levels_.rend() ? levels_.front() : *smallest;
}

}  // namespace demask::stages

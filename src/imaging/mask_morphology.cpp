// SPDX-License-Identifier: Apache-2.0
#include "imaging/mask_morphology.hpp"

#include <algorithm>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace demask::imaging {
namespace {

cv::Mat round_brush(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * radius + 1, 2 * radius + 1});
}

}  // namespace

cv::Mat clean_mask(const cv::Mat& probability, float threshold, int closing) {
  cv::Mat mask = probability >= threshold;
  if (closing > 0) {
    cv::Mat padded;
    cv::copyMakeBorder(mask, padded, closing, closing, closing, closing, cv::BORDER_REPLICATE);
    cv::morphologyEx(padded, padded, cv::MORPH_CLOSE, round_brush(closing));
    padded(cv::Rect(closing, closing, mask.cols, mask.rows)).copyTo(mask);
  }
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(mask, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  double largest = 0.0;
  std::vector<double> areas;
  for (const auto& outline : outlines) {
    areas.push_back(cv::contourArea(outline));
    largest = std::max(largest, areas.back());
  }
  cv::Mat clean = cv::Mat::zeros(mask.size(), CV_8UC1);
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    if (areas[i] >= largest / 10.0) {
      cv::drawContours(clean, outlines, static_cast<int>(i), cv::Scalar(255), cv::FILLED);
    }
  }
  return clean;
}

cv::Mat dilate_mask(const cv::Mat& mask, int radius) {
  if (radius <= 0) {
    return mask;
  }
  cv::Mat dilated;
  cv::dilate(mask, dilated, round_brush(radius));
  return dilated;
}

cv::Mat strap_pixels(const cv::Mat& mask, const cv::Mat& strap, float threshold) {
  // Along a mask's outline the sum reaches the threshold slightly outside of the mask, where there
  // is no strap; `min_strap` excludes those pixels.
  constexpr float min_strap = 0.15F;
  return (strap >= threshold) |
         ((strap >= min_strap) & (mask < threshold) & (strap + mask >= threshold));
}

cv::Mat with_straps(const cv::Mat& hole, const cv::Mat& straps, int width, int gap) {
  const cv::Rect seen = cv::boundingRect(straps);
  if (seen.empty()) {
    return hole;
  }
  // A strap joins the hole if it comes within `gap` pixels of it, plus one for touching.
  const int reach = gap + 1;
  const cv::Rect area =
      cv::Rect(seen.x - reach, seen.y - reach, seen.width + 2 * reach, seen.height + 2 * reach) &
      cv::Rect({0, 0}, hole.size());
  const cv::Mat near_hole = hole(area);
  const cv::Mat near_straps = straps(area);
  cv::Mat labels;
  const int count =
      cv::connectedComponents(dilate_mask(near_straps, gap) | near_hole, labels, 8, CV_16U);
  std::vector<std::uint8_t> is_joined(static_cast<std::size_t>(count), 0);
  for (int y = 0; y < area.height; ++y) {
    const auto* label = labels.ptr<std::uint16_t>(y);
    const auto* in_hole = near_hole.ptr<std::uint8_t>(y);
    for (int x = 0; x < area.width; ++x) {
      is_joined[label[x]] |= in_hole[x];
    }
  }
  cv::Mat joined = hole.clone();
  const cv::Mat widened = dilate_mask(near_straps, width);
  for (int y = 0; y < area.height; ++y) {
    const auto* label = labels.ptr<std::uint16_t>(y);
    const auto* strap = widened.ptr<std::uint8_t>(y);
    auto* result = joined.ptr<std::uint8_t>(area.y + y) + area.x;
    for (int x = 0; x < area.width; ++x) {
      result[x] |= static_cast<std::uint8_t>(strap[x] & is_joined[label[x]]);
    }
  }
  return joined;
}

}  // namespace demask::imaging

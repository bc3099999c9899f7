// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <limits>
#include <opencv2/imgproc.hpp>

#include "demask/error.hpp"
#include "demask/segmenter.hpp"
#include "imaging/mat.hpp"
#include "stages/probability_map.hpp"

namespace demask {
namespace {

void check_photo_mask(const Image& photo_mask) {
  if (photo_mask.empty() || photo_mask.format() != PixelFormat::gray) {
    throw Error(ErrorCode::invalid_argument,
                "photo_mask: it is not a gray image; pass one of the photo's size");
  }
}

cv::Mat as_checked_mat(const ProbabilityMap& map) {
  if (!stages::is_whole(map)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("found: {} values are not a map of {} x {} pixels; pass what a "
                            "segmenter returned",
                            map.values.size(), map.width, map.height));
  }
  return stages::as_mat(map);
}

}  // namespace

void draw_mask(const MaskInstance& found, float threshold, Image& photo_mask) {
  check_photo_mask(photo_mask);
  const cv::Mat probability = as_checked_mat(found.probability);
  cv::Mat target = imaging::as_mat(photo_mask);
  const cv::Rect inside =
      cv::Rect({found.x, found.y}, probability.size()) & cv::Rect({0, 0}, target.size());
  if (inside.empty()) {
    return;
  }
  const cv::Mat part = probability(inside - cv::Point(found.x, found.y));
  target(inside).setTo(255, part >= threshold);
}

void draw_canonical_mask(const MaskInstance& found, float threshold, const Landmarks& landmarks,
                         Image& photo_mask) {
  check_photo_mask(photo_mask);
  cv::Mat canonical = as_checked_mat(found.probability);
  if (canonical.cols != canonical.rows) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("found: its map of {} x {} pixels is not square; pass what a segmenter "
                            "found in a canonical face",
                            canonical.cols, canonical.rows));
  }
  if (threshold <= 0.0F) {
    // All pixels of the square are covered, but not the zeros that the warp sets around it.
    canonical = cv::Mat::ones(canonical.size(), CV_32FC1);
    threshold = std::numeric_limits<float>::min();
  }
  const cv::Mat to_canonical = imaging::as_mat(canonical_similarity(landmarks, canonical.cols));
  cv::Mat in_photo;
  cv::warpAffine(canonical, in_photo, to_canonical, {photo_mask.width(), photo_mask.height()},
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT, cv::Scalar(0));
  imaging::as_mat(photo_mask).setTo(255, in_photo >= threshold);
}

}  // namespace demask

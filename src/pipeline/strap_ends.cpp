// SPDX-License-Identifier: Apache-2.0
#include "pipeline/strap_ends.hpp"

#include <cstdint>

#include "imaging/mask_morphology.hpp"
#include "imaging/mat.hpp"
#include "imaging/membrane.hpp"
#include "imaging/preprocess.hpp"
#include "pipeline/mask_room.hpp"

namespace demask::pipeline {
namespace {

// The place of a canonical square of `side` pixels in its surround.
cv::Rect square_of(int side) { return {surround_room(side), surround_room(side), side, side}; }

}  // namespace

Similarity to_surround(const Similarity& to_canonical, int side) {
  return Similarity(1.0, 0.0, surround_room(side), surround_room(side)) * to_canonical;
}

bool straps_leave(const cv::Mat& straps, const cv::Mat& hole, const ImageView& photo,
                  const Similarity& to_canonical) {
  const Similarity to_photo = to_canonical.inverse();
  const int last = hole.cols - 1;
  for (int y = 0; y < hole.rows; ++y) {
    const auto leaves = [&](int column, int beside) {
      const Point next{static_cast<float>(beside), static_cast<float>(y)};
      return straps.at<std::uint8_t>(y, column) != 0 && hole.at<std::uint8_t>(y, column) != 0 &&
             lies_in(photo, to_photo(next));
    };
    if (leaves(0, -1) || leaves(last, last + 1)) {
      return true;
    }
  }
  return false;
}

cv::Mat with_strap_ends(const cv::Mat& hole, const cv::Mat& straps, int width, int gap) {
  const cv::Rect square = square_of(hole.cols);
  cv::Mat surround_hole = cv::Mat::zeros(straps.size(), CV_8UC1);
  hole.copyTo(surround_hole(square));
  cv::Mat around = straps.clone();
  around(square).setTo(0);
  const cv::Mat joined = imaging::with_straps(surround_hole, around, width, gap);
  cv::Mat ends = joined.clone();
  ends(square).setTo(0);
  if (cv::countNonZero(ends) == 0) {
    return {};
  }
  return surround_hole | ends;
}

cv::Mat unknown_surround(const Similarity& to_canonical, int side, const Image& holes) {
  const Similarity to_square = to_surround(to_canonical, side);
  const int size = surround_size(side);
  const cv::Mat levels = imaging::as_mat(holes.view());
  const cv::Mat covered = imaging::warp_levels_to_square(levels, to_square, size);
  // Warped pixels at the photo's border are partly black.
  const cv::Mat inside = imaging::warp_coverage(levels.size(), to_square, size);
  return imaging::dilate_mask((covered > 0) | (inside == 0), 1);
}

cv::Mat paint_strap_ends(const cv::Mat& painted, const cv::Mat& surround, const cv::Mat& unknown) {
  const cv::Rect square = square_of(painted.cols);
  cv::Mat values;
  surround.convertTo(values, CV_32F);
  painted.convertTo(values(square), CV_32F);
  cv::Mat around = unknown.clone();
  around(square).setTo(0);
  imaging::fill_membrane(values, around);
  cv::Mat result;
  values.convertTo(result, CV_8U);
  return result;
}

}  // namespace demask::pipeline

#include "pipeline/strap_ends.hpp"

#include "demask/segmenter.hpp"
#include "imaging/mask_morphology.hpp"
#include "imaging/membrane.hpp"

namespace demask::pipeline {
namespace {

const cv::Rect square(surround_room, surround_room, canonical_size, canonical_size);

bool lies_in(const ImageView& photo, const Point& p) {
  return p.x >= 0.0F && p.y >= 0.0F && p.x < static_cast<float>(photo.width) &&
         p.y < static_cast<float>(photo.height);
}

}  // namespace

Similarity to_surround(const Similarity& to_canonical) {
  return Similarity(1.0, 0.0, surround_room, surround_room) * to_canonical;
}

bool straps_leave(const cv::Mat& probability, const ImageView& photo,
                  const Similarity& to_canonical) {
  if (probability.channels() == 1) {
    return false;
  }
  const Similarity to_photo = to_canonical.inverse();
  const int last = probability.cols - 1;
  for (int y = 0; y < probability.rows; ++y) {
    const auto* row = probability.ptr<cv::Vec2f>(y);
    const auto leaves = [&](int column, int beside) {
      const Point next{static_cast<float>(beside), static_cast<float>(y)};
      return row[column][1] >= strap_threshold && lies_in(photo, to_photo(next));
    };
    if (leaves(0, -1) || leaves(last, last + 1)) {
      return true;
    }
  }
  return false;
}

cv::Mat with_strap_ends(const cv::Mat& hole, const cv::Mat& straps, int width, int gap) {
  cv::Mat surround_hole = cv::Mat::zeros(surround_size, surround_size, CV_8UC1);
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

cv::Mat paint_strap_ends(const cv::Mat& painted, const cv::Mat& surround, const cv::Mat& hole) {
  cv::Mat values;
  surround.convertTo(values, CV_32F);
  painted.convertTo(values(square), CV_32F);
  cv::Mat ends = hole.clone();
  ends(square).setTo(0);
  imaging::fill_membrane(values, ends);
  cv::Mat result;
  values.convertTo(result, CV_8U);
  return result;
}

}  // namespace demask::pipeline

#include "imaging/mask_morphology.hpp"

#include <algorithm>
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

cv::Mat with_straps(const cv::Mat& hole, const cv::Mat& straps, int width, int gap) {
  cv::Mat labels;
  const int count = cv::connectedComponents(dilate_mask(straps, gap) | hole, labels);
  std::vector<bool> is_joined(static_cast<std::size_t>(count), false);
  const auto label_at = [&labels](int y, int x) {
    return static_cast<std::size_t>(labels.at<int>(y, x));
  };
  for (int y = 0; y < hole.rows; ++y) {
    for (int x = 0; x < hole.cols; ++x) {
      if (hole.at<std::uint8_t>(y, x) != 0) {
        is_joined[label_at(y, x)] = true;
      }
    }
  }
  cv::Mat joined = dilate_mask(straps, width);
  for (int y = 0; y < hole.rows; ++y) {
    for (int x = 0; x < hole.cols; ++x) {
      if (!is_joined[label_at(y, x)]) {
        joined.at<std::uint8_t>(y, x) = 0;
      }
    }
  }
  return joined | hole;
}

}  // namespace demask::imaging

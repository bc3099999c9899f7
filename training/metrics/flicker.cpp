// SPDX-License-Identifier: Apache-2.0
#include "metrics/flicker.hpp"

#include <opencv2/imgproc.hpp>

#include "imaging/mat.hpp"

namespace demask::training {

std::optional<double> flicker(const cv::Mat& before, const cv::Mat& mask_before,
                              const cv::Mat& after, const cv::Mat& mask_after,
                              const Similarity& motion) {
  const cv::Mat matrix = imaging::as_mat(motion);
  cv::Mat moved;
  cv::warpAffine(before, moved, matrix, after.size(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  cv::Mat moved_mask;
  cv::warpAffine(mask_before, moved_mask, matrix, after.size(), cv::INTER_NEAREST);
  const cv::Mat judged = (moved_mask != 0) & (mask_after != 0);
  if (cv::countNonZero(judged) == 0) {
    return std::nullopt;
  }
  cv::Mat difference;
  cv::absdiff(after, moved, difference);
  const cv::Scalar mean = cv::mean(difference, judged);
  return (mean[0] + mean[1] + mean[2]) / 3.0;
}

}  // namespace demask::training

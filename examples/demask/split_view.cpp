// SPDX-License-Identifier: Apache-2.0
#include "split_view.hpp"

namespace demask::program {

SplitView next(SplitView view) {
  switch (view) {
    case SplitView::split:
      return SplitView::after;
    case SplitView::after:
      return SplitView::before;
    case SplitView::before:
      break;
  }
  return SplitView::split;
}

cv::Mat show(SplitView view, const cv::Mat& before, const cv::Mat& after) {
  if (view != SplitView::split) {
    return view == SplitView::after ? after : before;
  }
  cv::Mat picture = after.clone();
  const int middle = picture.cols / 2;
  before.colRange(0, middle).copyTo(picture.colRange(0, middle));
  picture.col(middle).setTo(cv::Scalar::all(255));
  return picture;
}

}  // namespace demask::program

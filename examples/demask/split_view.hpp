#pragma once

/// @file
/// Before and after in one picture.

#include <opencv2/core.hpp>

namespace demask::program {

/// What a window shows.
enum class SplitView { split, after, before };

/// The view after this one, in the order split, after, before, split.
SplitView next(SplitView view);

/// Returns the picture to show. For `split`, its left half is of `before` and its right half of
/// `after`, with a line between. Both are BGR and of the same size.
cv::Mat show(SplitView view, const cv::Mat& before, const cv::Mat& after);

}  // namespace demask::program

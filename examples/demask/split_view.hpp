#pragma once

/// @file
/// Before and after in one picture.

#include <opencv2/core.hpp>

namespace demask::program {

/// What a window shows.
enum class SplitView { split, after, before };

/// The view that the key leads to from this one: split, after, before, and split again.
SplitView next(SplitView view);

/// The picture to show: with `split`, the left half is from before and the right half from after,
/// with a line between. Both are BGR and of one size.
cv::Mat show(SplitView view, const cv::Mat& before, const cv::Mat& after);

}  // namespace demask::program

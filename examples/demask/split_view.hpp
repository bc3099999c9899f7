// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Before and after in one picture.

#include <opencv2/core.hpp>

namespace demask::program {

/// The views of a window.
enum class SplitView { split, after, before };

/// The view after this one, in the order split, after, before, split.
SplitView next(SplitView view);

/// Returns the picture to show. For `split`, its left half is from `before` and its right half from
/// `after`, with a line between them. Both must be BGR and of one size.
cv::Mat show(SplitView view, const cv::Mat& before, const cv::Mat& after);

}  // namespace demask::program

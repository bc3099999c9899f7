// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The ends of straps that leave the canonical square through its sides, as on a turned head.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::pipeline {

/// Width of the room around a canonical square of `side` pixels that is searched for the ends of
/// straps, in pixels of the square. The square with this room is called the surround.
constexpr int surround_room(int side) { return side / 4; }
/// The side of the surround of a canonical square of `side` pixels, in pixels of the square.
constexpr int surround_size(int side) { return side + 2 * surround_room(side); }

/// The similarity from the photo to the surround of a canonical square of `side` pixels, at the
/// scale of the square.
Similarity to_surround(const Similarity& to_canonical, int side);

/// Whether a strap within the hole reaches the square's first or last column where the photo
/// continues beyond it.
/// @param straps, hole  CV_8UC1, 0 or not, of the canonical square.
bool straps_leave(const cv::Mat& straps, const cv::Mat& hole, const ImageView& photo,
                  const Similarity& to_canonical);

/// The hole of the square plus the straps that continue from it into the room around, widened by
/// `width` and followed across gaps of `gap` pixels as imaging::with_straps() does: CV_8UC1, 0/255,
/// of the surround's size. Empty if no strap continues.
/// @param straps  Straps found in the surround: CV_8UC1, 0 or not, of its size.
cv::Mat with_strap_ends(const cv::Mat& hole, const cv::Mat& straps, int width, int gap);

/// The pixels of the surround of a canonical square of `side` pixels that do not show skin: those
/// within the holes of all faces (`holes`, gray, of the photo's size) or beyond the photo's border.
/// CV_8UC1, 0 or not.
cv::Mat unknown_surround(const Similarity& to_canonical, int side, const Image& holes);

/// The surround of a painted face (RGB, CV_8UC3) without the ends of straps, which are filled with
/// a membrane spanned by the known pixels around them.
/// @param surround  The surround in the photo, RGB, CV_8UC3.
/// @param unknown  The result of unknown_surround().
cv::Mat paint_strap_ends(const cv::Mat& painted, const cv::Mat& surround, const cv::Mat& unknown);

}  // namespace demask::pipeline

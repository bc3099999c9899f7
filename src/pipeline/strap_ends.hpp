#pragma once

/// @file
/// Ends of straps that leave the canonical square by its sides, as on a turned head.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::pipeline {

/// The room on each side of the canonical square within which the ends of straps are looked for, in
/// its pixels.
inline constexpr int surround_room = canonical_size / 4;
/// The side of the square with that room around it.
inline constexpr int surround_size = canonical_size + 2 * surround_room;

/// From the photo to the canonical square with room around it, at the same scale.
Similarity to_surround(const Similarity& to_canonical);

/// Whether a strap of the hole lies in the square's first or last column where the photo goes on
/// beside it. @param straps, hole CV_8UC1, 0 or not, of the canonical face.
bool straps_leave(const cv::Mat& straps, const cv::Mat& hole, const ImageView& photo,
                  const Similarity& to_canonical);

/// The hole of the square, and the straps that go on from it in the room around it, widened by
/// `width` and followed over gaps of `gap` pixels as imaging::with_straps() does; empty where none
/// does. CV_8UC1, 0/255, of the surround's size. @param straps the same, as found in the surround.
cv::Mat with_strap_ends(const cv::Mat& hole, const cv::Mat& straps, int width, int gap);

/// What of the surround tells nothing of the skin there: the holes of all faces (gray, of the
/// photo's size), and what lies beyond the photo. CV_8UC1, 0 or not.
cv::Mat unknown_surround(const Similarity& to_canonical, const Image& holes);

/// The surround of a painted face (RGB, CV_8UC3) as it looks without the ends of straps: across
/// each, a membrane continues what is known beside it. @param surround RGB, CV_8UC3, of the photo.
/// @param unknown of unknown_surround().
cv::Mat paint_strap_ends(const cv::Mat& painted, const cv::Mat& surround, const cv::Mat& unknown);

}  // namespace demask::pipeline

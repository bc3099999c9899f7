#pragma once

/// @file
/// How a face has moved from one frame to the next.

#include <opencv2/core.hpp>
#include <optional>

#include "demask/geometry.hpp"

namespace demask::video {

/// The similarity that takes a face's pixels in `before` to where they lie in `after`: the
/// consensus (RANSAC) of the optical flow of corners on the face (Bouguet's pyramidal
/// Lucas-Kanade), of those that flow back to where they came from.
/// @param before, after  CV_8UC1 of the same size.
/// @param face  CV_8UC1 of that size, not zero on the face in `before`.
/// @returns nothing if too few corners agree.
std::optional<Similarity> face_motion(const cv::Mat& before, const cv::Mat& after,
                                      const cv::Mat& face);

/// 255 within the hull of the landmarks, which are in pixels of the square of `size` pixels.
cv::Mat face_area(const Landmarks& landmarks, int size);

}  // namespace demask::video

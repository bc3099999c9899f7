// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Estimates how a face has moved from one frame to the next.

#include <opencv2/core.hpp>
#include <optional>

#include "demask/geometry.hpp"

namespace demask::video {

/// The similarity that maps a face's pixels in `before` to their places in `after`, estimated with
/// RANSAC from the optical flow of corners on the face (Bouguet's pyramidal Lucas-Kanade). Corners
/// whose backward flow does not return to where they started are left out.
/// @param before, after  CV_8UC1 of the same size.
/// @param face  CV_8UC1 of the same size, not zero on the face in `before`.
/// @returns std::nullopt if too few corners agree.
std::optional<Similarity> face_motion(const cv::Mat& before, const cv::Mat& after,
                                      const cv::Mat& face);

/// A mask (CV_8UC1) of a square of `size` pixels: 255 within the convex hull of the landmarks,
/// which are in pixels of that square.
cv::Mat face_area(const Landmarks& landmarks, int size);

}  // namespace demask::video

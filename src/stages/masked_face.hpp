// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What inpainters share: a square face with a hole and landmarks, and how networks are given it.

#include <opencv2/core.hpp>

#include "demask/geometry.hpp"
#include "demask/image.hpp"

namespace demask::stages {

/// A square face to paint; the pixels are borrowed.
struct MaskedFace {
  ImageView face;
  ImageView mask;  ///< Gray, of the size of `face`.
  const Landmarks& landmarks;
};

/// @param kind  What the face should be, for messages: "a canonical face".
/// @throws Error invalid_image, invalid_argument (sizes, format or landmarks).
void check_masked_face(const MaskedFace& input, const char* kind);

/// The pixels to paint: CV_8UC1, 0/255.
cv::Mat hole_of(const ImageView& mask);

/// A network's inputs for one face, resized to the network's input size.
struct NetworkFace {
  cv::Mat face;  ///< CV_8UC3, with what is seen in the hole.
  cv::Mat hole;  ///< CV_8UC1, 0/255: every pixel that a pixel to paint overlaps.
  Landmarks landmarks;
  cv::Mat landmark_map;
};

NetworkFace prepare(const MaskedFace& input, int size);

/// A copy of the face whose pixels in the hole are zero.
cv::Mat without_hole(const cv::Mat& face, const cv::Mat& hole);

}  // namespace demask::stages

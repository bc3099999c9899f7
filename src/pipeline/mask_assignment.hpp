// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Decides which of the masks, or which parts of one, that a segmenter found belong to a face.

#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"
#include "demask/segmenter.hpp"
#include "pipeline/face.hpp"

namespace demask::pipeline {

/// The lower face, where a worn mask lies: the convex hull of jaw and nose. CV_8UC1, 0/255, of the
/// canonical square of `side` pixels, in whose coordinates the landmarks are given.
cv::Mat lower_face(const Landmarks& canonical, int side);

/// For each face of a photo, the probability (CV_32FC1) of the mask it wears, warped to its
/// canonical square; all zero for a face without a mask. A face that was found by a mask wears that
/// mask. The other masks are assigned greedily, at most one per face, starting with the one that
/// covers most of a lower face. Stores the index of the mask as the face's `instance`.
std::vector<cv::Mat> assign_masks(const std::vector<Face*>& faces,
                                  const std::vector<MaskInstance>& instances);

/// The connected parts of a canonical mask (CV_8UC1, 0/255) that touch the face's lower face. To
/// separate masks that touch, pixels that are nearer to another face of the photo, measured in
/// units of each face's size, are removed first. `others` are the similarities of the other faces
/// to their canonical squares, all of the same side.
cv::Mat worn_mask(const cv::Mat& mask, const Landmarks& canonical, const Similarity& to_canonical,
                  const std::vector<Similarity>& others);

}  // namespace demask::pipeline

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Which part of what a segmenter found is the mask that a face wears.

#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"
#include "demask/segmenter.hpp"
#include "pipeline/face.hpp"

namespace demask::pipeline {

/// The lower face, where a worn mask lies: the hull of jaw and nose. CV_8UC1, 0/255, of a canonical
/// square of `side` pixels, in which the landmarks are.
cv::Mat lower_face(const Landmarks& canonical, int side);

/// For each face of a photo the probability (CV_32FC1) of the mask it wears, as seen in its
/// canonical square; all zero for a face without one. A face that was found by a mask wears that
/// one. Each of the other masks goes to at most one face and no face gets two: those that cover
/// most of a lower face are given away first. Which mask a face wears is kept as its `instance`.
std::vector<cv::Mat> assign_masks(const std::vector<Face*>& faces,
                                  const std::vector<MaskInstance>& instances);

/// Whether a canonical mask (CV_8UC1, 0/255) covers more than half of the landmarks of the eyes: it
/// is worn over them, or is no mask. The landmarks cannot be relied on then.
bool hides_eyes(const cv::Mat& mask, const Landmarks& canonical);

/// The parts of a canonical mask (CV_8UC1, 0/255) that touch the face's own lower face. Pixels that
/// are nearer to another face of the photo, in units of each face's size, are removed first, which
/// separates masks that touch. `others` are the other faces' similarities to their canonical
/// squares, which are of the same side.
cv::Mat worn_mask(const cv::Mat& mask, const Landmarks& canonical, const Similarity& to_canonical,
                  const std::vector<Similarity>& others);

}  // namespace demask::pipeline

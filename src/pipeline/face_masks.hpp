#pragma once

/// @file
/// Which part of what a segmenter found is the mask that a face wears.

#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"
#include "demask/segmenter.hpp"
#include "pipeline/face_work.hpp"

namespace demask::pipeline {

/// The lower face, where a worn mask lies: the hull of jaw and nose. CV_8UC1, 0/255, of the
/// canonical size.
cv::Mat lower_face(const Landmarks& canonical);

/// The map as a CV_32FC1 matrix over its values, without a copy. It must not be written to.
cv::Mat as_mat(const ProbabilityMap& map);

/// For each face of a photo the probability (CV_32FC1) of the mask it wears, as seen on its
/// canonical face; all zero for a face without one. A face that was found by a mask wears that one.
/// The other masks go, each to one face and no face getting two, first to where they cover most of
/// a lower face. Which mask a face wears is kept as its `instance`.
std::vector<cv::Mat> assign_masks(const std::vector<FaceWork*>& faces,
                                  const std::vector<MaskInstance>& instances);

/// Whether a canonical mask (CV_8UC1, 0/255) covers more than half of the points of the eyes: it is
/// worn over them, or is none. The landmarks then have nothing to hold on to.
bool hides_eyes(const cv::Mat& mask, const Landmarks& canonical);

/// The parts of a canonical mask (CV_8UC1, 0/255) that touch the face's own lower face. Pixels that
/// are nearer to another face of the photo, each measured by its own size, are taken away first, so
/// that touching masks are parted. `others` are the other faces' similarities to their canonical
/// faces.
cv::Mat worn_mask(const cv::Mat& mask, const Landmarks& canonical, const Similarity& to_canonical,
                  const std::vector<Similarity>& others);

}  // namespace demask::pipeline

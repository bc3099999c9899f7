#pragma once

/// @file
/// Which part of what a segmenter found is the mask that a face wears.

#include <opencv2/core.hpp>
#include <vector>

#include "demask/geometry.hpp"

namespace demask::pipeline {

/// The lower face, where a worn mask lies: the hull of jaw and nose. CV_8UC1, 0/255, of the
/// canonical size.
cv::Mat lower_face(const Landmarks& canonical);

/// The parts of a canonical mask (CV_8UC1, 0/255) that touch the face's own lower face. Pixels that
/// are nearer to another face of the photo, each measured by its own size, are taken away first, so
/// that touching masks are parted. `others` are the other faces' similarities to their canonical
/// faces.
cv::Mat worn_mask(const cv::Mat& mask, const Landmarks& canonical, const Similarity& to_canonical,
                  const std::vector<Similarity>& others);

}  // namespace demask::pipeline

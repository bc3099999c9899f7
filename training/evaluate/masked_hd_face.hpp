// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Landmarks of large bare faces, and masks put on them.

#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>

#include "data/face_annotator.hpp"
#include "data/face_dataset.hpp"
#include "data/hd_faces.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// The landmarks that a bundle finds on a bare face: those of the face that overlaps the box of the
/// record most, or nothing if none does by an intersection over union of 0.3.
std::optional<Landmarks> landmarks_of(const FaceRecord& face, const cv::Mat& rgb,
                                      const FaceAnnotator& annotator);

/// A photo with a synthetic mask on it.
struct MaskedHdFace {
  cv::Mat rgb;   ///< CV_8UC3.
  cv::Mat hole;  ///< CV_8UC1, 255 on the mask's body.
};

/// Smallest area of a mask's body, as a share of the face's box.
inline constexpr double min_body_share = 0.25;

/// Draws masks until the body covers `min_body_share` of the box within the photo; nothing after
/// too many tries. Equal seeds and landmarks give equal masks.
std::optional<MaskedHdFace> mask_hd_face(const HdFace& face, const cv::Mat& rgb,
                                         const Landmarks& landmarks,
                                         const synthesis::MaskSynthesizer& synthesizer,
                                         std::uint64_t seed);

}  // namespace demask::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Large bare faces, and masks put on them.

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "data/face_annotator.hpp"
#include "data/face_dataset.hpp"
#include "evaluate/evaluation.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A row of hd/faces.csv.
struct HdFace {
  std::size_t index = 0;  ///< Row in the split; seeds the mask.
  FaceRecord record;      ///< Without landmarks.
  bool sharp = true;      ///< False if the photo was enlarged before it was stored.
};

/// PSNR in dB of a face against itself at half size, from which it counts as enlarged (column
/// `detail` of hd/crops.csv).
inline constexpr float enlarged_psnr = 30.0F;

/// The faces of the split in `data`/hd/faces.csv; with a limit, a subset spread evenly over them.
/// Without hd/crops.csv, all are sharp.
/// @throws Error unreadable_file, invalid_argument (malformed table, or no face in the split).
std::vector<HdFace> read_hd_faces(const EvaluationOptions& options);

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

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads faces from the data set and puts synthetic masks on them.

#include <filesystem>
#include <opencv2/core.hpp>
#include <random>

#include "augment/canonical_sampling.hpp"
#include "data/face_dataset.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A photo of one face, with or without a painted mask.
struct MaskedPhoto {
  AnnotatedPhoto photo;
  cv::Mat mask;   ///< CV_8UC1, 255 on the mask; all 0 without a mask.
  cv::Mat cover;  ///< CV_8UC1, soft coverage of mask and straps; all 0 without a mask.
  Box box;        ///< Box of the face.
};

/// A canonical face, with or without a painted mask.
struct MaskedCanonicalFace {
  cv::Mat rgb;     ///< CV_8UC3.
  cv::Mat mask;    ///< CV_8UC1, 0 to 255: how much of the pixel the mask covers.
  cv::Mat straps;  ///< CV_8UC1, 0 to 255: how much of the pixel straps outside the mask cover.
};

/// Makes a synthesizer with the templates in `data`/templates, or a procedural one without them.
synthesis::MaskSynthesizer make_synthesizer(const std::filesystem::path& data);

/// Reads a face, mirrors it if `mirrored`, and puts a mask on it with probability
/// `mask_probability`.
MaskedPhoto read_masked_photo(const FaceRecord& record, bool mirrored, float mask_probability,
                              const synthesis::MaskSynthesizer& synthesizer,
                              std::mt19937_64& engine);

/// Reads a face as read_masked_photo() does and samples its canonical face of `size` x `size`
/// pixels. The mask is painted on the photo or on the canonical face with equal probability, so
/// that a network learns both soft and crisp masks.
MaskedCanonicalFace read_masked_canonical(const FaceRecord& record, bool mirrored,
                                          float mask_probability, int size,
                                          const Similarity& jitter,
                                          const synthesis::MaskSynthesizer& synthesizer,
                                          std::mt19937_64& engine);

/// Extracts the straps from the soft coverage of mask and straps. All images are CV_8UC1.
cv::Mat straps_of(const cv::Mat& cover, const cv::Mat& mask);

/// Warps a CV_8UC1 image to a square, sampled as warp_to_square() samples photos.
cv::Mat warp_gray(const cv::Mat& gray, const Similarity& to_square, int size);

}  // namespace demask::training

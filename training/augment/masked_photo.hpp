#pragma once

/// @file
/// Reads faces of the data set and puts synthetic masks on them.

#include <filesystem>
#include <opencv2/core.hpp>
#include <random>

#include "augment/canonical_sampling.hpp"
#include "data/face_dataset.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A photo of one face that may wear a painted mask.
struct MaskedPhoto {
  AnnotatedPhoto photo;
  cv::Mat mask;   ///< CV_8UC1, 255 on the mask; all 0 if none is worn.
  cv::Mat cover;  ///< CV_8UC1, soft coverage of mask and straps; all 0 if none is worn.
  Box box;        ///< Of the face.
};

/// A canonical face that may wear a painted mask.
struct MaskedCanonicalFace {
  cv::Mat rgb;     ///< CV_8UC3.
  cv::Mat mask;    ///< CV_8UC1, 0 to 255: how much of the pixel the mask covers.
  cv::Mat straps;  ///< The same of straps, where they leave the mask.
};

/// The synthesizer with the templates of `data`/templates, or a procedural one if there are none.
synthesis::MaskSynthesizer make_synthesizer(const std::filesystem::path& data);

/// Reads a face, mirrors it if asked, and puts a mask on it with this probability.
MaskedPhoto read_masked_photo(const FaceRecord& record, bool mirrored, float mask_probability,
                              const synthesis::MaskSynthesizer& synthesizer,
                              std::mt19937_64& engine);

/// Reads a face as read_masked_photo() does, as a canonical face of `size` pixels. With equal
/// probability the mask is painted on the photo or on the canonical face, so that a network learns
/// both soft and crisp masks.
MaskedCanonicalFace read_masked_canonical(const FaceRecord& record, bool mirrored,
                                          float mask_probability, int size,
                                          const Similarity& jitter,
                                          const synthesis::MaskSynthesizer& synthesizer,
                                          std::mt19937_64& engine);

/// The part of the soft coverage of mask and straps that is straps. All images are CV_8UC1.
cv::Mat straps_of(const cv::Mat& cover, const cv::Mat& mask);

/// A CV_8UC1 picture sampled as warp_to_square() samples photos.
cv::Mat warp_gray(const cv::Mat& gray, const Similarity& to_square, int size);

}  // namespace demask::training

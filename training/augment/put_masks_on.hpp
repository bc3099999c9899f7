// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Puts synthetic masks on all faces of a photo.

#include <cstdint>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "demask/geometry.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A photo whose faces wear masks.
struct PhotoWithMasks {
  cv::Mat rgb;                     ///< CV_8UC3; equal to the photo outside masks and straps.
  cv::Mat mask;                    ///< CV_8UC1, 255 where the body of a mask covers a pixel.
  cv::Mat alpha;                   ///< CV_8UC1, soft coverage of masks and straps, 255 = opaque.
  std::vector<std::string> kinds;  ///< MaskedFace::kind of each face.
};

/// Puts a random mask on each face, in the order given.
/// @param rgb CV_8UC3. @param faces 68 points each, in pixels of `rgb`.
/// @throws Error invalid_argument if a face does not have 68 landmarks or lies outside the photo.
PhotoWithMasks put_masks_on(const cv::Mat& rgb, const std::vector<Landmarks>& faces,
                            const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed);

}  // namespace demask::training

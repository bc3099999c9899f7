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
  cv::Mat rgb;                     ///< CV_8UC3; equal to the photo wherever no mask or strap is.
  cv::Mat mask;                    ///< CV_8UC1, 255 where the body of a mask covers a pixel.
  cv::Mat alpha;                   ///< CV_8UC1, soft coverage of masks and straps, 255 = opaque.
  std::vector<std::string> kinds;  ///< By face, as MaskedFace::kind.
};

/// Puts a random mask on each face, in the order given.
/// @param rgb CV_8UC3. @param faces 68 points each, in pixels of `rgb`.
/// @throws Error invalid_argument for landmarks that are not 68 or do not lie in the photo.
PhotoWithMasks put_masks_on(const cv::Mat& rgb, const std::vector<Landmarks>& faces,
                            const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed);

}  // namespace demask::training

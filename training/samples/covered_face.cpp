// SPDX-License-Identifier: Apache-2.0

#include "samples/covered_face.hpp"

#include <opencv2/imgproc.hpp>
#include <utility>

#include "augment/augmentation.hpp"
#include "augment/masked_photo.hpp"
#include "imaging/mask_morphology.hpp"

namespace demask::training {
namespace {

// A segmenter's errors: how its outline wavers, and how far the mask is grown after it, of the
// side.
constexpr float outline_waver = 0.02F;
constexpr float min_dilation = 0.005F;
constexpr float max_dilation = 0.04F;
// Of the training samples, how many wear a mask whose shadow and rim stay in sight.
constexpr float worn_share = 0.6F;
// Of these, on how many the straps are part of the hole; of the others they stay in sight, as
// where a segmenter misses them.
constexpr float strap_share = 0.75F;
// By how much straps are widened, of the side.
constexpr float min_strap_margin = 0.008F;
constexpr float max_strap_margin = 0.024F;

// The mask as a segmenter would outline it: here a little too small, there too large.
cv::Mat wavering_outline(const cv::Mat& mask, Random& random) {
  constexpr int waves = 8;  // across the side
  cv::Mat coarse(waves, waves, CV_32FC1);
  cv::RNG(random.bits()).fill(coarse, cv::RNG::UNIFORM, 0.15, 0.85);
  cv::Mat threshold;
  cv::resize(coarse, threshold, mask.size(), 0.0, 0.0, cv::INTER_CUBIC);
  cv::Mat soft;
  mask.convertTo(soft, CV_32F, 1.0 / 255.0);
  cv::GaussianBlur(soft, soft, {}, static_cast<double>(outline_waver) * mask.cols);
  return soft > threshold;
}

}  // namespace

CoveredFace cover_face(const CanonicalFace& face, bool augment,
                       const synthesis::MaskSynthesizer& synthesizer, std::mt19937_64& engine) {
  Random random(engine);
  const int size = face.rgb.cols;
  const auto pixels = [size](float of_side) { return cvRound(of_side * static_cast<float>(size)); };
  const float growth = augment ? random.uniform(min_dilation, max_dilation) : 0.5F * max_dilation;
  CoveredFace result;
  if (augment && random.chance(worn_share)) {
    synthesis::MaskedFace worn = synthesizer.wear(face.rgb, to_synthesis(face.landmarks), engine);
    worn.image.setTo(cv::Scalar::all(0.0), face.coverage == 0);
    result.rgb = std::move(worn.image);
    result.hole = imaging::dilate_mask(wavering_outline(worn.mask, random), pixels(growth));
    if (random.chance(strap_share)) {
      const float margin = random.uniform(min_strap_margin, max_strap_margin);
      result.hole =
          imaging::with_straps(result.hole, straps_of(worn.alpha, worn.mask) > 127, pixels(margin),
                               pixels(static_cast<float>(imaging::strap_gap)));
    }
  } else {
    result.rgb = face.rgb;
    result.hole = imaging::dilate_mask(
        synthesizer.coverage(to_synthesis(face.landmarks), {size, size}, engine), pixels(growth));
  }
  return result;
}

}  // namespace demask::training

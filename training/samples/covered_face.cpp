// SPDX-License-Identifier: Apache-2.0
#include "samples/covered_face.hpp"

#include <opencv2/imgproc.hpp>
#include <utility>

#include "augment/augmentation.hpp"
#include "augment/masked_photo.hpp"
#include "imaging/mask_morphology.hpp"

namespace demask::training {
namespace {

// Simulated segmenter errors, as fractions of the side: the amplitude of the outline's wavering and
// the bounds on how far the mask is dilated afterward.
constexpr float outline_waver = 0.02F;
constexpr float min_dilation = 0.005F;
constexpr float max_dilation = 0.04F;
// Share of the training samples with a painted mask whose shadow and rim stay visible.
constexpr float worn_share = 0.6F;
// Share of these whose straps are part of the hole; on the others they stay visible, as if a
// segmenter had missed them.
constexpr float strap_share = 0.75F;
// Bounds on how much straps are widened, as fractions of the side.
constexpr float min_strap_margin = 0.008F;
constexpr float max_strap_margin = 0.024F;

// Makes a mask's outline waver as a segmenter's would: slightly too small in places, too large in
// others.
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

// SPDX-License-Identifier: Apache-2.0
#include "evaluate/masked_hd_face.hpp"

#include <utility>

#include "augment/put_masks_on.hpp"
#include "evaluate/split_faces.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
std::optional<Landmarks> landmarks_of(const FaceRecord& face, const cv::Mat& rgb,
                                      const FaceAnnotator& annotator) {
  float best = 0.3F;
  std::optional<Landmarks> landmarks;
  const auto found = annotator.find({imaging::as_view(rgb, PixelFormat::rgb)});
  for (const FaceResult& candidate : found.front()) {
    const float overlap = intersection_over_union(candidate.box, face.box);
    if (overlap >= best) {
      best = overlap;
      landmarks = to_ibug68(candidate.landmarks);
    }
  }
  return landmarks;
}

std::optional<MaskedHdFace> mask_hd_face(const HdFace& face, const cv::Mat& rgb,
                                         const Landmarks& landmarks,
                                         const synthesis::MaskSynthesizer& synthesizer,
                                         std::uint64_t seed) {
  const double min_pixels = min_body_share * static_cast<double>(face.record.box.area());
  for (std::uint64_t draw = 0; draw < max_draws; ++draw) {
    PhotoWithMasks masked =
        put_masks_on(rgb, {landmarks}, synthesizer, mask_seed(seed, face.index, draw));
    if (cv::countNonZero(masked.mask) >= min_pixels) {
      return MaskedHdFace{std::move(masked.rgb), std::move(masked.mask)};
    }
  }
  return std::nullopt;
}

}  // namespace demask::training

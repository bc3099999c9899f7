// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The bare faces of the evaluated split, and masks for them.

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <random>
#include <vector>

#include "augment/canonical_sampling.hpp"
#include "data/face_dataset.hpp"
#include "evaluate/evaluation.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A bare face and its index in the split, which seeds its mask.
struct SplitFace {
  std::size_t index;
  FaceRecord record;
};

/// The faces of the split, only those of known gender if `with_gender`; with a limit, a subset
/// spread evenly over them.
std::vector<SplitFace> read_split_faces(const EvaluationOptions& options, bool with_gender);

/// Number of masks that are tried for one face.
inline constexpr std::uint64_t max_draws = 64;

/// The seed of one draw of a mask, different for every seed, face and draw.
std::uint64_t mask_seed(std::uint64_t seed, std::size_t index, std::uint64_t draw);

/// A face photo before and after a mask is painted on and the photo degraded as by a camera.
struct WornFace {
  AnnotatedPhoto bare;
  synthesis::MaskedFace worn;
};

WornFace wear_mask(const SplitFace& face, const synthesis::MaskSynthesizer& synthesizer,
                   std::uint64_t seed);

/// A masked photo and the hole to be painted in it. Canonical images are of `canonical_size`.
struct HoleFace {
  std::size_t index = 0;
  Gender gender = Gender::female;
  cv::Mat photo;        ///< RGB, with the mask on.
  cv::Mat masked;       ///< Canonical `photo`.
  cv::Mat truth;        ///< Canonical bare photo.
  cv::Mat hole;         ///< CV_8UC1, 255 on the mask.
  cv::Mat judged;       ///< CV_8UC1, 255 where the bare photo has pixels.
  cv::Mat straps;       ///< CV_8UC1, 255 on straps beyond the mask's body, which are not painted.
  Landmarks landmarks;  ///< True landmarks in canonical pixels.
  Similarity to_canonical;
};

/// Bounds on the share of the canonical face that a hole covers.
inline constexpr double min_hole = 0.25;
inline constexpr double max_hole = 0.30;

/// Draws masks until the hole's share lies within [min_hole, max_hole]; nothing after too many
/// tries.
std::optional<HoleFace> make_hole_face(const SplitFace& face,
                                       const synthesis::MaskSynthesizer& synthesizer,
                                       std::uint64_t seed);

}  // namespace demask::training

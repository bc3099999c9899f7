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

/// A bare face of the split and its place in it, which seeds its mask.
struct SplitFace {
  std::size_t index;
  FaceRecord record;
};

/// The faces of the split, those of known gender only if asked, spread evenly if there is a limit.
std::vector<SplitFace> read_split_faces(const EvaluationOptions& options, bool with_gender);

/// A face photo with a mask painted on, degraded as a camera would.
struct WornFace {
  AnnotatedPhoto bare;
  synthesis::MaskedFace worn;
};

WornFace wear_mask(const SplitFace& face, const synthesis::MaskSynthesizer& synthesizer,
                   std::uint64_t seed);

/// A masked photo, and what is to be painted in it. Canonical images are of `canonical_size`.
struct HoleFace {
  std::size_t index = 0;
  Gender gender = Gender::female;
  cv::Mat photo;        ///< With the mask on; RGB.
  cv::Mat masked;       ///< Canonical `photo`.
  cv::Mat truth;        ///< Canonical bare photo.
  cv::Mat hole;         ///< CV_8UC1, 255 on the mask.
  cv::Mat judged;       ///< CV_8UC1, 255 where the bare photo has pixels.
  cv::Mat straps;       ///< CV_8UC1, 255 on what is worn beyond the mask's body: nobody paints it.
  Landmarks landmarks;  ///< True, canonical.
  Similarity to_canonical;
};

/// Bounds of the share of the canonical face that a hole covers.
inline constexpr double min_hole = 0.25;
inline constexpr double max_hole = 0.30;

/// Draws masks until one is within these bounds; nothing if many are not.
std::optional<HoleFace> make_hole_face(const SplitFace& face,
                                       const synthesis::MaskSynthesizer& synthesizer,
                                       std::uint64_t seed);

}  // namespace demask::training
